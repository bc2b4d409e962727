"""A project's bill is read from its export with one query, to the last digit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.gcp.billing_question import MOST_BYTES
from application.ports.costs import CloudCosts
from application.ports.errors import (
    AccessDenied,
    NotFound,
    PortError,
    Rejected,
    Throttled,
    TimedOut,
    Unavailable,
)
from domain.costs import ChargeCategory, DailyCharges, Period, SubAccountId
from entrypoints.sandbox.gcp.errors import error_document
from entrypoints.sandbox.gcp.seed import demo_project
from tests.integration.gcp.bill import (
    DATASET,
    DETAILED_TABLE,
    STANDARD_TABLE,
    charge,
    costs_of,
    open_export,
    row,
)
from tests.integration.gcp.rig import PROJECT, Rig, running

FIRST = date(2026, 3, 30)
PERIOD = Period(FIRST, date(2026, 4, 2))
DAYS = list(PERIOD.days())
QUERIES = "/queries"


@pytest.fixture(scope="module")
def line() -> Iterator[Rig]:
    with running() as rig:
        yield rig


@pytest.fixture
def rig(line: Rig) -> Rig:
    line.reset()
    open_export(line)
    return line


def read(costs: CloudCosts, period: Period = PERIOD) -> list[DailyCharges]:
    (sub_account,) = costs.sub_accounts()
    return list(costs.read(sub_account, period))


def total(days: list[DailyCharges]) -> Decimal:
    return sum((each.billed_cost for day in days for each in day.charges), Decimal(0))


def refused(costs: CloudCosts) -> PortError:
    with pytest.raises(PortError) as caught:
        read(costs)
    return caught.value


def posted(rig: Rig) -> dict[str, Any]:
    """What was asked when the query was started."""
    (asked,) = (each for each in rig.server.requests if each.method == "POST" and each.query)
    document: dict[str, Any] = asked.document
    return document


def test_pages_of_one_query_add_up_to_the_last_digit(rig: Rig) -> None:
    amounts = {f"Service {number:03}": Decimal(f"0.{number:09}") for number in range(1, 121)}
    for day in DAYS[:3]:
        charge(rig, *(row(rig, day, amount, service=name) for name, amount in amounts.items()))
    found = read(costs_of(rig))
    assert total(found) == 3 * sum(amounts.values())
    assert [len(each.charges) for each in found] == [120, 120, 120, 0]
    assert rig.asked(f"POST /bigquery/v2/projects/{PROJECT}/queries") == 1
    assert rig.asked("pageToken") == 7


def test_the_sum_does_not_depend_on_the_order_of_the_rows(rig: Rig) -> None:
    large = Decimal(10) ** 6  # to which a thousand floats are not added without a loss
    charge(rig, row(rig, FIRST, large), *(row(rig, FIRST, Decimal("0.1")) for _ in range(1000)))
    assert total(read(costs_of(rig))) == large + 100


def test_the_query_has_a_limit_and_names_its_period_and_project_apart_from_its_text(
    rig: Rig,
) -> None:
    charge(rig, row(rig, FIRST, Decimal(1)))
    read(costs_of(rig, billing_export_location="EU"))
    asked = posted(rig)
    given = {each["name"]: each["parameterValue"]["value"] for each in asked["queryParameters"]}
    assert (asked["maximumBytesBilled"], asked["useLegacySql"]) == (str(MOST_BYTES), False)
    assert asked["location"] == "EU"
    assert given == {
        "project": PROJECT,
        "first": "2026-03-30 00:00:00+00:00",
        "end": "2026-04-03 00:00:00+00:00",
    }
    assert "_PARTITIONTIME >= @first" in asked["query"]


def test_what_a_whole_project_cost_is_what_its_export_holds() -> None:
    project = demo_project(now=datetime(2026, 4, 20, 12, tzinfo=UTC))
    with running(project) as rig:
        found = read(costs_of(rig, page_size=500, table=DETAILED_TABLE), Period(DAYS[0], DAYS[0]))
        everything = project.warehouse.query(
            f"SELECT * FROM `{project.id}.{DATASET}.{DETAILED_TABLE}` "
            f"WHERE DATE(usage_start_time) = '{DAYS[0]}' AND project.id = '{project.id}'"
        )
    names = [field["name"] for field in everything.fields]
    rows = [dict(zip(names, each, strict=True)) for each in everything.rows]
    assert len(rows) > 20
    assert total(found) == sum(
        Decimal(str(amount))
        for each in rows
        for amount in (each["cost"], *(credit["amount"] for credit in each["credits"]))
    )


def test_a_correction_that_comes_late_is_seen_when_the_day_is_read_again(rig: Rig) -> None:
    charge(rig, row(rig, FIRST, Decimal(8)))
    costs = costs_of(rig)
    assert total(read(costs)) == 8
    charge(rig, row(rig, FIRST, Decimal(-3), arrives_after=timedelta(days=40)))
    (daily,) = read(costs, Period(FIRST, FIRST))
    (only,) = daily.charges
    assert [only.list_cost, only.contracted_cost] == [8, 8]
    assert [only.billed_cost, only.effective_cost] == [5, 5]


def test_the_standard_export_tells_no_resources(rig: Rig) -> None:
    named = "//storage.googleapis.com/projects/_/buckets/media"
    charge(rig, row(rig, FIRST, Decimal(1), resource=named))
    charge(rig, row(rig, FIRST, Decimal(2)), table=STANDARD_TABLE)
    (detailed,) = read(costs_of(rig))[0].charges
    (standard,) = read(costs_of(rig, table=STANDARD_TABLE))[0].charges
    assert (detailed.resource_id, detailed.external_id) == (named, "media")
    assert standard.billed_cost == 2
    assert standard.resource_id is None


def test_taxes_adjustments_and_currencies_are_kept_apart(rig: Rig) -> None:
    charge(
        rig,
        row(rig, FIRST, Decimal(10)),
        row(rig, FIRST, Decimal(2), cost_type="tax"),
        row(rig, FIRST, Decimal("0.5"), cost_type="rounding_error"),
        row(rig, FIRST, Decimal(4), currency="USD"),
    )
    charges = read(costs_of(rig))[0].charges
    assert {
        (each.charge_category, each.billing_currency): each.billed_cost for each in charges
    } == {
        (ChargeCategory.USAGE, "EUR"): 10,
        (ChargeCategory.TAX, "EUR"): 2,
        (ChargeCategory.ADJUSTMENT, "EUR"): Decimal("0.5"),
        (ChargeCategory.USAGE, "USD"): 4,
    }


def test_a_second_page_that_fails_leaves_the_whole_days_before_it(rig: Rig) -> None:
    for day in DAYS:
        charge(rig, *(row(rig, day, Decimal(1), service=f"s{n}") for n in range(30)))
    rig.fail("pageToken", status=503)
    days: list[DailyCharges] = []
    with pytest.raises(Unavailable):
        days.extend(costs_of(rig).read(SubAccountId(PROJECT), PERIOD))
    reading = costs_of(rig).read(SubAccountId(PROJECT), PERIOD)
    assert total([next(reading)]) == 30
    with pytest.raises(Unavailable):
        next(reading)


def test_a_row_without_an_amount_is_refused_and_not_taken_for_nothing(rig: Rig) -> None:
    charge(rig, row(rig, FIRST, Decimal(1)), row(rig, FIRST, None))
    error = refused(costs_of(rig))
    assert isinstance(error, Unavailable)
    assert "cost is missing" in error.summary


def test_a_currency_that_is_none_is_refused_by_its_name(rig: Rig) -> None:
    charge(rig, row(rig, FIRST, Decimal(1), currency=""))
    assert "billing_currency" in refused(costs_of(rig)).summary


def test_a_query_that_takes_its_time_is_waited_for(rig: Rig) -> None:
    charge(rig, row(rig, FIRST, Decimal(1)))
    rig.project.slowness = 3
    assert total(read(costs_of(rig))) == 1
    assert rig.asked("GET /bigquery/") == 3
    rig.project.slowness = 1_000
    assert isinstance(refused(costs_of(rig)), TimedOut)


@pytest.mark.parametrize(
    "page",
    [
        {"pageToken": "again", "rows": []},
        {"pageToken": 7},
        {"rows": "none"},
        {"rows": [{"f": []}]},
        {"jobReference": None},
    ],
)
def test_a_page_that_is_none_is_not_taken_for_the_end(rig: Rig, page: dict[str, Any]) -> None:
    whole = {"jobComplete": True, "jobReference": {"jobId": "j", "location": "EU"}, **page}
    for kind, pattern in (("queryResponse", "/queries"), ("getQueryResultsResponse", "/queries/")):
        document = {"kind": f"bigquery#{kind}", **whole}
        rig.fail(
            f"{pattern}[?]" if pattern == "/queries" else pattern, status=200, document=document
        )
    assert isinstance(refused(costs_of(rig)), Unavailable)


def test_a_day_that_was_not_asked_for_is_refused(rig: Rig) -> None:
    cells = ["2025-01-01", "a", "s", "regular", "EUR", None, None, "1", "0", "0", "2025-01-02"]
    page = {
        "kind": "bigquery#queryResponse",
        "jobReference": {"jobId": "j"},
        "jobComplete": True,
        "totalRows": "1",
        "rows": [{"f": [{"v": cell} for cell in cells]}],
    }
    rig.fail(QUERIES, status=200, document=page)
    reading = costs_of(rig).read(SubAccountId(PROJECT), PERIOD)
    with pytest.raises(Unavailable, match="2025-01-01"):
        next(reading)  # before it tells of any day that nothing was charged


def test_what_is_lacking_is_told_apart(rig: Rig) -> None:
    rig.project.deny("bigquery.jobs.create")
    may_not_ask = refused(costs_of(rig))
    rig.project.allow("bigquery.jobs.create")
    rig.project.deny("bigquery.tables.getData")
    may_not_read = refused(costs_of(rig))
    rig.project.allow("bigquery.tables.getData")
    rig.project.disable_api("bigquery")
    off = refused(costs_of(rig))
    assert [type(each) for each in (may_not_ask, may_not_read, off)] == [AccessDenied] * 3
    assert may_not_ask.permission == "bigquery.jobs.create"
    assert "roles/bigquery.jobUser" in may_not_ask.remedy
    assert may_not_read.permission == "bigquery.tables.getData"
    assert "roles/bigquery.dataViewer on the dataset" in may_not_read.remedy
    assert off.permission is None
    assert "Enable the BigQuery API (bigquery.googleapis.com)" in off.remedy


def test_an_export_that_is_not_there_or_elsewhere_says_what_to_check(rig: Rig) -> None:
    for error in (
        refused(costs_of(rig, table="gcp_billing_export_v1_OTHER")),
        refused(costs_of(rig, billing_export_location="US")),
    ):
        assert isinstance(error, NotFound)
        assert "billing_export_table" in error.remedy
        assert "billing_export_location" in error.remedy


def test_a_table_that_is_no_export_is_said_to_be_none(rig: Rig) -> None:
    text = {"name": "colour", "type": "STRING", "mode": "NULLABLE"}
    rig.project.warehouse.create_table(DATASET, "colours", [text])
    error = refused(costs_of(rig, table="colours"))
    assert isinstance(error, Rejected)
    assert "not a billing export" in error.summary


def test_a_query_that_would_read_too_much_is_refused_before_it_costs_anything(rig: Rig) -> None:
    document = error_document(400, "x", reason="bytesBilledLimitExceeded")
    rig.fail(QUERIES, status=400, document=document)
    error = refused(costs_of(rig))
    assert isinstance(error, Rejected)
    assert "more than is allowed" in error.summary


def test_a_busy_service_is_waited_for_and_the_query_stays_the_same_one(rig: Rig) -> None:
    charge(rig, row(rig, FIRST, Decimal(1)))
    document = error_document(403, "x", reason="rateLimitExceeded")
    rig.fail(QUERIES, status=403, document=document, times=2)
    assert total(read(costs_of(rig))) == 1
    asked = [each.document["requestId"] for each in rig.server.requests if QUERIES in each.path]
    assert len(asked) == 3
    assert len(set(asked)) == 1
    assert asked[0]
    rig.fail(QUERIES, status=429, headers={"Retry-After": "900"})
    assert isinstance(refused(costs_of(rig)), Throttled)


def test_another_project_is_read_with_another_credential(rig: Rig) -> None:
    with pytest.raises(NotFound, match="somebody-elses"):
        next(costs_of(rig).read(SubAccountId("somebody-elses"), PERIOD))
    assert rig.asked(QUERIES) == 0
