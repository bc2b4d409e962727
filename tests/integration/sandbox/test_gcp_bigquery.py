"""The sandbox's BigQuery as Google's own client sees it: it really runs what it is asked."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.bigquery import ArrayQueryParameter, QueryJobConfig, ScalarQueryParameter

from entrypoints.sandbox.gcp.billing_schema import DETAILED
from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.rest.faults import Fault
from tests.integration.sandbox.gcp_clients import running, warehouse

TABLE = "sandbox-project.billing.export"


def row(day: int, cost: float, *credits_: float, service: str = "Compute Engine") -> Json:
    return {
        "service": {"id": "6F81", "description": service},
        "project": {"id": "sandbox-project"},
        "usage_start_time": f"2026-03-{day:02}T00:00:00Z",
        "export_time": f"2026-03-{day + 1:02}T03:00:00Z",
        "labels": [{"key": "team", "value": "data"}],
        "cost": cost,
        "currency": "EUR",
        "credits": [{"name": "discount", "amount": amount} for amount in credits_],
        "resource": {"name": "web-1"},
    }


ROWS = [row(1, 8.0, -1.0, -0.5), row(2, 3.5), row(2, 0.000001, service="Cloud Storage")]


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    project = GcpProject()
    project.warehouse.create_dataset("billing", location="EU")
    project.warehouse.create_table("billing", "export", DETAILED)
    project.warehouse.add_rows("billing", "export", lambda: ROWS)
    with running(project) as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    server.project.empty()
    server.heal()
    server.forget()
    return server


def asked(server: GcpServer, sql: str, **options: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401
    with warehouse(server) as client:
        found = client.query_and_wait(sql, retry=None, job_retry=None, **options)
        return [tuple(each) for each in found]


def test_costs_and_credits_are_added_up_in_bigquerys_own_sql(gcp: GcpServer) -> None:
    found = asked(
        gcp,
        f"""
        SELECT service.description AS service, DATE(usage_start_time) AS day, currency,
          SUM(cost) AS cost,
          SUM(IFNULL((SELECT SUM(c.amount) FROM UNNEST(credits) AS c), 0)) AS credits
        FROM `{TABLE}`
        WHERE _PARTITIONTIME >= TIMESTAMP('2026-03-02') AND project.id = 'sandbox-project'
        GROUP BY service, day, currency ORDER BY service, day
        """,
    )
    assert found == [
        ("Cloud Storage", date(2026, 3, 2), "EUR", 0.000001, 0.0),
        ("Compute Engine", date(2026, 3, 1), "EUR", 8.0, -1.5),
        ("Compute Engine", date(2026, 3, 2), "EUR", 3.5, 0.0),
    ]


def test_parameters_of_each_kind_are_put_in(gcp: GcpServer) -> None:
    parameters = [
        ScalarQueryParameter("start", "TIMESTAMP", datetime(2026, 3, 2, tzinfo=UTC)),
        ScalarQueryParameter("project", "STRING", "sandbox-project"),
        ScalarQueryParameter("least", "FLOAT64", 1.5),
        ArrayQueryParameter("services", "STRING", ["Compute Engine", "Cloud Storage"]),
    ]
    found = asked(
        gcp,
        f"""
        SELECT cost FROM `{TABLE}` WHERE usage_start_time >= @start AND project.id = @project
        AND cost > @least AND service.description IN UNNEST(@services)
        """,
        job_config=QueryJobConfig(query_parameters=parameters),
    )
    assert found == [(3.5,)]


def test_every_type_comes_back_as_it_went_in(gcp: GcpServer) -> None:
    ((when, amount, whole, yes, nothing, text, credits_),) = asked(
        gcp,
        f"""
        SELECT export_time, CAST(cost AS NUMERIC), COUNT(*) OVER (), cost > 1, resource.global_name,
          service, credits FROM `{TABLE}` WHERE usage_start_time < '2026-03-02'
        """,
    )
    assert when == datetime(2026, 3, 2, 3, tzinfo=UTC)
    assert (amount, whole, yes, nothing) == (Decimal(8), 1, True, None)
    assert text == {"id": "6F81", "description": "Compute Engine"}
    assert [each["amount"] for each in credits_] == [-1.0, -0.5]


def test_the_smallest_cost_survives_as_a_decimal(gcp: GcpServer) -> None:
    sql = f"SELECT SUM(CAST(cost AS NUMERIC)) AS cost FROM `{TABLE}`"
    assert asked(gcp, sql) == [(Decimal("11.500001"),)]


def test_a_whole_row_has_the_columns_of_the_export_and_no_others(gcp: GcpServer) -> None:
    with warehouse(gcp) as client:
        found = client.query_and_wait(f"SELECT * FROM `{TABLE}`")
        table = client.get_table(TABLE)
        names = [field.name for field in found.schema]
        assert names == [field.name for field in table.schema]
        assert (table.num_rows, client.get_dataset("billing").location) == (3, "EU")
    assert {"credits", "resource", "export_time"} <= set(names)


def test_an_answer_comes_page_by_page(gcp: GcpServer) -> None:
    sql = f"SELECT cost FROM `{TABLE}` ORDER BY cost"
    assert asked(gcp, sql, page_size=1) == [(0.000001,), (3.5,), (8.0,)]
    pages = [request for request in gcp.requests if "/queries" in request.path]
    assert len(pages) == 3
    with warehouse(gcp) as client:
        job = client.query(sql)
        assert [each.cost for each in job.result(page_size=2)] == [0.000001, 3.5, 8.0]
        assert (job.location, job.state, job.total_bytes_processed > 0) == ("EU", "DONE", True)


def test_a_dry_run_tells_what_would_be_read(gcp: GcpServer) -> None:
    with warehouse(gcp) as client:
        job = client.query(f"SELECT 1 FROM `{TABLE}`", job_config=QueryJobConfig(dry_run=True))
        assert job.total_bytes_processed > 0


@pytest.mark.parametrize(
    ("sql", "error", "text", "reason"),
    [
        ("SELECT 1 FROM billing.other", "NotFound", "Not found: Table", "notFound"),
        ("SELECT 1 FROM nowhere.other", "NotFound", "Not found: Dataset", "notFound"),
        ("SELECT 1 FROM `b.c.d`", "Forbidden", "Access Denied: Table b:c.d", "accessDenied"),
        ("SELECT nonsense FROM billing.export", "BadRequest", "nonsense", "invalidQuery"),
        ("SELEKT 1", "BadRequest", "Syntax error", "invalidQuery"),
        ("SELECT 1 FROM export", "BadRequest", "must be qualified", "invalidQuery"),
        ("SELECT @start", "BadRequest", "'start' not found", "invalidQuery"),
        ("DROP TABLE billing.export", "BadRequest", "Only SELECT", "invalidQuery"),
    ],
    ids=["table", "dataset", "project", "column", "syntax", "short name", "parameter", "change"],
)
def test_a_query_that_cannot_run_says_why(
    gcp: GcpServer, sql: str, error: str, text: str, reason: str
) -> None:
    with pytest.raises(getattr(exceptions, error), match=text) as refused:
        asked(gcp, sql)
    assert refused.value.errors[0]["reason"] == reason
    with warehouse(gcp) as client, pytest.raises(getattr(exceptions, error), match=text):
        client.query(sql, job_retry=None).result(retry=None)


def test_a_dataset_is_found_in_its_own_location_alone(gcp: GcpServer) -> None:
    sql = "SELECT COUNT(*) FROM billing.export"
    assert asked(gcp, sql, location="EU") == [(3,)]
    with pytest.raises(exceptions.NotFound, match="was not found in location US"):
        asked(gcp, sql, location="US")


def test_a_query_that_would_read_too_much_is_refused(gcp: GcpServer) -> None:
    sql = "SELECT COUNT(*) FROM billing.export"
    little = QueryJobConfig(maximum_bytes_billed=1_000_000)
    with pytest.raises(exceptions.BadRequest, match="10485760 or higher required") as refused:
        asked(gcp, sql, job_config=little)
    assert refused.value.errors[0]["reason"] == "bytesBilledLimitExceeded"
    assert asked(gcp, sql, job_config=QueryJobConfig(maximum_bytes_billed=20_000_000)) == [(3,)]


def test_a_job_that_would_read_too_much_ends_with_an_error(gcp: GcpServer) -> None:
    little = QueryJobConfig(maximum_bytes_billed=1)
    with warehouse(gcp) as client:
        job = client.query("SELECT COUNT(*) FROM billing.export", job_config=little)
        with pytest.raises(exceptions.GoogleAPICallError, match="limit for bytes billed"):
            job.result(retry=None, job_retry=None)
    assert job.error_result["reason"] == "bytesBilledLimitExceeded"


def test_a_question_that_is_repeated_is_run_once(gcp: GcpServer) -> None:
    wish = {"query": "SELECT 1", "useLegacySql": False, "requestId": "once"}
    with warehouse(gcp) as client:
        path = f"/projects/{gcp.project.id}/queries"
        answers = [client._call_api(None, method="POST", path=path, data=wish) for _ in range(2)]
        assert answers[0]["jobReference"] == answers[1]["jobReference"]
        client.query("SELECT 1", job_id="mine", job_retry=None)
        with pytest.raises(exceptions.Conflict, match="Already Exists: Job"):
            client._call_api(
                None,
                method="POST",
                path=f"/projects/{gcp.project.id}/jobs",
                data={
                    "jobReference": {"jobId": "mine"},
                    "configuration": {"query": {"query": "SELECT 1"}},
                },
            )


def test_legacy_sql_is_not_taken_for_the_other(gcp: GcpServer) -> None:
    with pytest.raises(exceptions.BadRequest, match="does not understand legacy SQL"):
        asked(gcp, "SELECT 1", job_config=QueryJobConfig(use_legacy_sql=True))


def test_a_slow_query_is_waited_for(gcp: GcpServer) -> None:
    gcp.project.slowness = 2
    sql = "SELECT COUNT(*) FROM billing.export"
    assert asked(gcp, sql) == [(3,)]
    assert len([request for request in gcp.requests if "/bigquery/" in request.path]) > 2
    with warehouse(gcp) as client:
        assert [tuple(each) for each in client.query(sql).result()] == [(3,)]


@pytest.mark.parametrize(
    ("permission", "text"),
    [
        ("bigquery.jobs.create", "does not have bigquery.jobs.create permission in project"),
        ("bigquery.tables.getData", "does not have permission to query table"),
    ],
)
def test_who_may_not_read_is_denied(gcp: GcpServer, permission: str, text: str) -> None:
    gcp.project.deny(permission)
    with pytest.raises(exceptions.Forbidden, match=text) as refused:
        asked(gcp, "SELECT COUNT(*) FROM billing.export")
    assert refused.value.errors[0]["reason"] == "accessDenied"


def test_a_table_or_dataset_that_may_not_be_looked_at_is_denied(gcp: GcpServer) -> None:
    gcp.project.deny("bigquery.tables.get")
    gcp.project.deny("bigquery.datasets.get")
    with warehouse(gcp) as client:
        with pytest.raises(exceptions.Forbidden, match="Table sandbox-project:billing"):
            client.get_table(TABLE, retry=None)
        with pytest.raises(exceptions.Forbidden, match="Dataset sandbox-project:billing:"):
            client.get_dataset("billing", retry=None)


def test_a_service_that_is_off_and_a_project_nobody_knows_are_refused(gcp: GcpServer) -> None:
    gcp.project.disable_api("bigquery")
    with pytest.raises(exceptions.Forbidden, match="BigQuery API has not been used") as refused:
        asked(gcp, "SELECT 1")
    assert refused.value.errors[0]["reason"] == "accessNotConfigured"
    with warehouse(gcp, project="other") as client, pytest.raises(exceptions.NotFound):
        client.query_and_wait("SELECT 1", retry=None, job_retry=None)


def test_a_connection_that_breaks_and_a_503_are_survived(gcp: GcpServer) -> None:
    gcp.fail(Fault(pattern="POST .*/queries", status=503, times=1))
    gcp.fail(Fault(pattern="POST .*/queries", dropped=True, times=1))
    with warehouse(gcp) as client:
        assert [tuple(each) for each in client.query_and_wait("SELECT 1 AS one")] == [(1,)]
