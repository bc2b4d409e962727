"""The one question that is put to a billing export, and its answer page by page."""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from google.api_core.exceptions import GoogleAPICallError

from adapters.gcp.calls import MOST_PAGES, Page, ask
from adapters.gcp.charges import Illegible
from adapters.gcp.errors import error_for
from adapters.gcp.meanings import EXPORT_CLOSED, NO_EXPORT, TOO_SLOW
from adapters.gcp.operations import READ_EXPORT, START_QUERY, Call
from adapters.gcp.secret import BillingExport
from adapters.gcp.session import GcpSession
from application.ports.errors import AccessDenied, NotFound, PortError
from domain.costs import Period

MOST_BYTES = 100 * 2**30
"""A query that would read more is refused before it costs anything: 100 GB cost about 0.60 USD."""
PAGE_SIZE = 5000
_PATIENCE = 10_000  # milliseconds for which one question waits for the query to end
_MOST_WAITS = 60


def sql(export: BillingExport) -> str:
    """Return the query: what each day cost, by everything that tells charges apart.

    Amounts are floats in the export. Each is made a decimal before it is added, so that the sum
    does not depend on the order of the rows, and rounded to nine places only at the end. The
    partition is the day on which a row arrived, which is never before the day of its use.
    """
    resource = "resource.global_name" if export.tells_resources else "CAST(NULL AS STRING)"
    return f"""
SELECT
  DATE(usage_start_time) AS day,
  billing_account_id AS billing_account,
  service.description AS service,
  cost_type AS cost_type,
  currency AS currency,
  location.region AS region,
  {resource} AS resource,
  CAST(SUM(CAST(cost AS BIGNUMERIC)) AS NUMERIC) AS cost,
  CAST(SUM(IFNULL(
    (SELECT SUM(CAST(credit.amount AS BIGNUMERIC)) FROM UNNEST(credits) AS credit), 0
  )) AS NUMERIC) AS credits,
  COUNTIF(cost IS NULL) AS unpriced
FROM `{export.table}`
WHERE project.id = @project
  AND usage_start_time >= @first
  AND usage_start_time < @end
  AND _PARTITIONTIME >= @first
GROUP BY day, billing_account, service, cost_type, currency, region, resource
ORDER BY day, billing_account, service, cost_type, currency, region, resource
"""  # noqa: S608 - the table's name was checked against a strict pattern, the rest are parameters


def rows(
    session: GcpSession, export: BillingExport, period: Period, *, page_size: int = PAGE_SIZE
) -> Iterator[Any]:
    """Yield every row of the answer, in BigQuery's own form, ordered by day.

    Raises:
        PortError: the export could not be read.
        Illegible: a page is not one, or leads to one that was read already.
    """
    body = _question(session.project, export, period) | {"maxResults": page_size}
    call = Call(operation=START_QUERY, project=session.project, body=body)
    try:
        for page in _pages(session, call, page_size):
            yield from _listed(page)
    except (AccessDenied, NotFound) as refused:
        raise _about_the_export(refused, session.project) from refused.__cause__


def _question(project: str, export: BillingExport, period: Period) -> dict[str, object]:
    question: dict[str, object] = {
        "query": sql(export),
        "useLegacySql": False,
        "parameterMode": "NAMED",
        "queryParameters": [
            _parameter("project", "STRING", project),
            _parameter("first", "TIMESTAMP", f"{period.first.isoformat()} 00:00:00+00:00"),
            _parameter("end", "TIMESTAMP", f"{period.end.isoformat()} 00:00:00+00:00"),
        ],
        "maximumBytesBilled": str(MOST_BYTES),
        "timeoutMs": _PATIENCE,
        "requestId": str(uuid.uuid4()),  # asked again, it is the same query and paid for once
    }
    return question | ({"location": export.location} if export.location else {})


def _parameter(name: str, type_: str, value: str) -> Mapping[str, object]:
    return {"name": name, "parameterType": {"type": type_}, "parameterValue": {"value": value}}


def _pages(session: GcpSession, call: Call, size: int) -> Iterator[Page]:
    page = ask(session, call)
    further = _job(page, session.project, size)
    waits = 0
    seen: set[str] = set()
    for _ in range(MOST_PAGES):
        while page.get("jobComplete") is not True:
            waits += 1
            if waits > _MOST_WAITS:
                raise error_for(TOO_SLOW, call, code="the query does not end")
            page = ask(session, further)
        yield page
        token = page.get("pageToken")
        if not token:
            return
        if not isinstance(token, str) or token in seen:
            raise Illegible("pageToken leads back to a page that was read")
        seen.add(token)
        page = ask(session, replace(further, query={**further.query, "pageToken": token}))
    raise Illegible("the list has no end")


def _job(page: Page, project: str, size: int) -> Call:
    """Return the question for what else the query that answered with *page* found.

    Raises:
        Illegible: the page does not name its query.
    """
    reference = page.get("jobReference")
    job: Mapping[str, Any] = reference if isinstance(reference, Mapping) else {}
    if not isinstance(job.get("jobId"), str):
        raise Illegible("jobReference is missing")
    query = {"maxResults": str(size), "timeoutMs": str(_PATIENCE)}
    if isinstance(job.get("location"), str):
        query["location"] = job["location"]
    return Call(operation=READ_EXPORT, project=project, job=job["jobId"], query=query)


def _listed(page: Page) -> list[Any]:
    found = page.get("rows", [])
    if not isinstance(found, list):
        raise Illegible("rows are not a list")
    return found


def _about_the_export(refused: PortError, project: str) -> PortError:
    """Say what *refused* means here: the export may be closed to whoever may run queries."""
    cause = refused.__cause__
    response = cause.response if isinstance(cause, GoogleAPICallError) else None
    call = Call(operation=READ_EXPORT, project=project)
    if isinstance(refused, NotFound):
        return error_for(NO_EXPORT, call, code="notFound")
    may_not_query = b"bigquery.jobs.create" in getattr(response, "content", b"")
    if refused.permission is None or may_not_query:
        return refused
    return error_for(EXPORT_CLOSED, call, code="accessDenied")
