"""What a billing export answers, page by page."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from google.api_core.exceptions import GoogleAPICallError

from adapters.gcp.billing_question import PATIENCE, Question
from adapters.gcp.calls import MOST_PAGES, Page, ask
from adapters.gcp.charges import Illegible
from adapters.gcp.errors import error_for
from adapters.gcp.meanings import EXPORT_CLOSED, NO_EXPORT, TOO_SLOW
from adapters.gcp.operations import READ_EXPORT, START_QUERY, Call
from adapters.gcp.session import GcpSession
from application.ports.errors import AccessDenied, NotFound, PortError

PAGE_SIZE = 5000
_MOST_WAITS = 60


def rows(session: GcpSession, question: Question, *, page_size: int = PAGE_SIZE) -> Iterator[Any]:
    """Yield every row of the answer to *question*, in BigQuery's own form and order.

    Raises:
        PortError: the export could not be read.
        Illegible: a page is not one, or leads to one that was read already.
    """
    body = {**question, "maxResults": page_size}
    call = Call(operation=START_QUERY, project=session.project, body=body)
    counted = 0
    try:
        for page in _pages(session, call, page_size):
            listed = _listed(page)
            counted += len(listed)
            yield from listed
        if counted != _total(page):
            raise Illegible(f"totalRows tells of {_total(page)} rows and {counted} came")
    except (AccessDenied, NotFound) as refused:
        raise _about_the_export(refused, session.project) from refused.__cause__


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
    query = {"maxResults": str(size), "timeoutMs": str(PATIENCE)}
    if isinstance(job.get("location"), str):
        query["location"] = job["location"]
    return Call(operation=READ_EXPORT, project=project, job=job["jobId"], query=query)


def _listed(page: Page) -> list[Any]:
    found = page.get("rows", [])
    if not isinstance(found, list):
        raise Illegible("rows are not a list")
    return found


def _total(page: Page) -> int:
    """Return how many rows there are on all pages together: a page may not be lost unnoticed.

    Raises:
        Illegible: the page does not say.
    """
    total = page.get("totalRows")
    if not isinstance(total, str) or not total.isdecimal():
        raise Illegible("totalRows is missing")
    return int(total)


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
