"""The bill of the sandbox's AWS: the shop's, and the question that reads it."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from entrypoints.sandbox.aws.bill import BadLine, Bill, Line, bill_of, no_bill
from entrypoints.sandbox.aws.costs import Refused, answer
from entrypoints.sandbox.aws.desk import BILL, BillDesk, Environment, StartResponse
from entrypoints.sandbox.aws.prices import EC2, GONE, GONE_SINCE, TAX, shop_bill

TODAY = date(2026, 11, 22)
MONDAY, SATURDAY = date(2026, 10, 12), date(2026, 10, 17)
SHOP = shop_bill(TODAY)


def question(**changes: object) -> dict[str, object]:
    asked = {
        "TimePeriod": {"Start": "2026-10-30", "End": "2026-11-03"},
        "Granularity": "DAILY",
        "Metrics": ["UnblendedCost", "AmortizedCost"],
        "GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}],
    }
    return {**asked, **changes}


def told(bill: Bill = SHOP, *, page: int = 1000, **changes: object) -> dict[str, Any]:
    return answer(question(**changes), bill, page=page, today=TODAY)


def total(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount for line in lines), Decimal(0))


def compute(day: date, region: str) -> Decimal:
    return total(each for each in SHOP(day) if (each.service, each.region) == (EC2, region))


def test_the_shop_costs_less_on_a_weekend_and_never_the_same_twice() -> None:
    week = [total(SHOP(MONDAY + timedelta(days=number))) for number in range(7)]
    assert max(week[5:]) < min(week[:5])
    assert len(set(week)) == 7
    assert total(SHOP(SATURDAY)) == total(shop_bill(TODAY)(SATURDAY))


def test_a_fleet_that_is_gone_is_paid_for_until_ten_days_ago() -> None:
    last = TODAY - GONE_SINCE - timedelta(days=1)
    assert GONE.network == "recovery"
    assert compute(last, "us-west-2") > 0
    assert compute(last + timedelta(days=1), "us-west-2") == 0


def test_the_bill_ends_yesterday() -> None:
    assert list(SHOP(TODAY - timedelta(days=1)))
    assert list(SHOP(TODAY)) == []


def test_what_is_reserved_is_billed_once_and_spread_over_the_month() -> None:
    month = [date(2026, 10, number) for number in range(1, 32)]
    reserved = [
        line
        for day in month
        for line in SHOP(day)
        if line.record_type in {"RIFee", "DiscountedUsage"}
    ]
    assert total(reserved) == sum((line.amortized for line in reserved), Decimal(0)) > 0
    assert [line.day for line in reserved if line.amount] == [month[0]]


def test_tax_comes_on_the_first() -> None:
    taxed = [
        day for day in (MONDAY, date(2026, 10, 1)) for each in SHOP(day) if each.service == TAX
    ]
    assert taxed == [date(2026, 10, 1)]


def test_days_of_the_open_month_are_estimated() -> None:
    assert [day["Estimated"] for day in told()["ResultsByTime"]] == [False, False, True, True]


def test_a_day_without_cost_has_no_groups_and_a_total_of_nothing() -> None:
    first, *others = told(no_bill)["ResultsByTime"]
    assert len(others) == 3
    assert first["Groups"] == []
    assert first["Total"]["UnblendedCost"] == {"Amount": "0.0000000000", "Unit": "USD"}


@pytest.mark.parametrize("page", [1, 7, 50])
def test_the_pages_together_say_what_one_page_says(page: int) -> None:
    def groups(answered: dict[str, Any]) -> list[Any]:
        days = answered["ResultsByTime"]
        return [(day["TimePeriod"], group) for day in days for group in day["Groups"]]

    read, token = [], None
    while True:
        part = told(page=page, **({"NextPageToken": token} if token else {}))
        read += groups(part)
        token = part.get("NextPageToken")
        if token is None:
            break
    assert read == groups(told())


def test_only_the_account_that_is_asked_for_is_told() -> None:
    wanted = {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": ["999988887777"]}}
    assert not any(day["Groups"] for day in told(Filter=wanted)["ResultsByTime"])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Granularity": "HOURLY"}, "ValidationException"),
        ({"Metrics": []}, "ValidationException"),
        ({"Metrics": ["BlendedCost"]}, "ValidationException"),
        ({"GroupBy": [{"Type": "DIMENSION", "Key": "COLOUR"}]}, "ValidationException"),
        ({"GroupBy": [{"Type": "TAG", "Key": "team"}]}, "ValidationException"),
        ({"GroupBy": [{"Type": "DIMENSION", "Key": "SERVICE"}] * 3}, "ValidationException"),
        ({"Filter": {"Not": {}}}, "ValidationException"),
        ({"TimePeriod": {"Start": "2026-10-30", "End": "2026-10-30"}}, "ValidationException"),
        ({"TimePeriod": {"Start": "soon", "End": "2026-10-30"}}, "ValidationException"),
        ({"NextPageToken": "nonsense"}, "InvalidNextTokenException"),
        ({"NextPageToken": "00000000-3"}, "RequestChangedException"),
    ],
)
def test_a_question_it_does_not_know_is_refused_as_aws_does(
    changes: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        told(**changes)


@pytest.mark.parametrize(
    "rows",
    [
        {},
        ["row"],
        [{"day": "2026-10-30", "service": "AmazonEC2"}],
        [{"day": "2026-10-30", "service": "AmazonEC2", "amount": "much"}],
        [{"day": "2026-10-30", "service": "AmazonEC2", "amount": None}],
        [{"day": "soon", "service": "AmazonEC2", "amount": "1"}],
    ],
)
def test_a_bill_is_made_of_rows_with_day_service_and_amount(rows: object) -> None:
    with pytest.raises(BadLine):
        bill_of(rows)


def moto(_: Environment, start_response: StartResponse) -> list[bytes]:
    start_response("200 OK", [])
    return [b"moto"]


def said_at(path: str, body: bytes, *, query: str = "", target: str = "") -> tuple[str, bytes]:
    """Return the status and the answer of a desk with moto behind it."""
    statuses: list[str] = []
    environ = {
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "HTTP_X_AMZ_TARGET": target,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    answered = BillDesk(moto)(environ, lambda status, _: statuses.append(status))
    return statuses[0], b"".join(answered)


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/", "AWSInsightsIndexService.GetCostForecast"),
        ("/bucket", ""),
        ("/moto-api/reset", ""),
    ],
)
def test_whatever_is_not_about_the_bill_is_answered_by_moto(path: str, target: str) -> None:
    assert said_at(path, b"{}", target=target) == ("200 OK", b"moto")


@pytest.mark.parametrize(
    ("body", "query"), [(b"", ""), (b"{}", ""), (b"[]", "page=0"), (b"[]", "page=many")]
)
def test_a_bill_that_is_none_is_refused(body: bytes, query: str) -> None:
    status, _ = said_at(BILL, body, query=query)
    assert status == "400 Bad Request"


def test_a_question_that_is_no_json_is_refused_as_aws_does() -> None:
    target = "AWSInsightsIndexService.GetCostAndUsage"
    status, said = said_at("/", b"cost?", target=target)
    assert (status, b"SerializationException" in said) == ("400 Bad Request", True)
