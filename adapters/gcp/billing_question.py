"""The two questions that are put to a billing export."""

import uuid
from collections.abc import Mapping
from typing import TypeAlias

from adapters.gcp.secret import BillingExport
from domain.costs import Period

Question: TypeAlias = Mapping[str, object]
"""As BigQuery wants it posted."""

MOST_BYTES = 100 * 2**30
"""A query that would read more is refused before it costs anything: 100 GB cost about 0.60 USD."""
PATIENCE = 10_000
"""Milliseconds for which one request waits for the query to end."""


def what_days_cost(project: str, export: BillingExport, period: Period) -> Question:
    """Return the question what *project* was charged for, day by day of *period*."""
    parameters = (
        _parameter("project", "STRING", project),
        _parameter("first", "TIMESTAMP", f"{period.first.isoformat()} 00:00:00+00:00"),
        _parameter("end", "TIMESTAMP", f"{period.end.isoformat()} 00:00:00+00:00"),
    )
    return _question(sql(export), export, parameters)


def how_far_it_goes(export: BillingExport) -> Question:
    """Return the question when the first row arrived, and for which day the newest is.

    It reads one narrow column of the whole table. What it wants of the partition is true of every
    row: some tables are set up to refuse a question that says nothing of it.
    """
    text = f"""
SELECT
  DATE(MIN(_PARTITIONTIME)) AS first,
  DATE(MAX(usage_start_time)) AS newest
FROM `{export.table}`
WHERE _PARTITIONTIME >= TIMESTAMP '2000-01-01 00:00:00+00:00'
"""  # noqa: S608 - the table's name was checked against a strict pattern
    return _question(text, export, ())


def sql(export: BillingExport) -> str:
    """Return the query: what each day cost, by everything that tells charges apart.

    Amounts are floats in the export. Each is made a decimal before it is added, so that the sum
    does not depend on the order of the rows, and rounded to nine places only at the end. The
    partition is the day on which a row arrived, which is never before the day of its use. The
    newest day is that of all projects, as one that stands still says nothing about the export.
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
  COUNTIF(cost IS NULL) AS unpriced,
  (SELECT DATE(MAX(usage_start_time)) FROM `{export.table}`
    WHERE _PARTITIONTIME >= @first) AS newest
FROM `{export.table}`
WHERE project.id = @project
  AND usage_start_time >= @first
  AND usage_start_time < @end
  AND _PARTITIONTIME >= @first
GROUP BY day, billing_account, service, cost_type, currency, region, resource
ORDER BY day, billing_account, service, cost_type, currency, region, resource
"""  # noqa: S608 - the table's name was checked against a strict pattern, the rest are parameters


def _question(
    text: str, export: BillingExport, parameters: tuple[Mapping[str, object], ...]
) -> Question:
    question: dict[str, object] = {
        "query": text,
        "useLegacySql": False,
        "parameterMode": "NAMED",
        "queryParameters": list(parameters),
        "maximumBytesBilled": str(MOST_BYTES),
        "timeoutMs": PATIENCE,
        "requestId": str(uuid.uuid4()),  # asked again, it is the same query and paid for once
    }
    return question | ({"location": export.location} if export.location else {})


def _parameter(name: str, type_: str, value: str) -> Mapping[str, object]:
    return {"name": name, "parameterType": {"type": type_}, "parameterValue": {"value": value}}
