"""A bill that cannot be read is no bill: money is never guessed, and never left out in silence."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.aws.costs import MOST_PAGES
from application.ports.errors import (
    AccessDenied,
    NotFound,
    PortError,
    Rejected,
    Throttled,
    Unavailable,
)
from domain.costs import DailyCharges, Period
from entrypoints.sandbox.aws.replay import Fault
from tests.integration.aws.bill import (
    DAYS,
    OWN,
    QUESTION,
    answer_with,
    billed,
    costs_of,
    day_of,
    group,
    read,
    row,
    write,
)
from tests.integration.aws.rig import Rig, asked

TWO = Period(DAYS[0], DAYS[1])


@pytest.mark.parametrize(
    ("odd", "named"),
    [
        (group(UnblendedCost={"Amount": None, "Unit": "USD"}), "Amount of UnblendedCost"),
        (group(UnblendedCost={"Amount": 1.5, "Unit": "USD"}), "Amount of UnblendedCost"),
        (group(UnblendedCost={"Amount": "NaN", "Unit": "USD"}), "Amount of UnblendedCost"),
        (group(UnblendedCost={"Amount": "1_0", "Unit": "USD"}), "Amount of UnblendedCost"),
        (group(AmortizedCost={"Unit": "USD"}), "Amount of AmortizedCost"),
        (group(AmortizedCost=None), "AmortizedCost of"),
        (group(UnblendedCost={"Amount": "1"}), "Unit of UnblendedCost"),
        (group(UnblendedCost={"Amount": "1", "Unit": "N/A"}), "Unit of UnblendedCost"),
        (
            group(AmortizedCost={"Amount": "1", "Unit": "EUR"}),
            "Unit of UnblendedCost and that of Amort",
        ),
        ({**group(), "Keys": ["AmazonEC2"]}, "Keys of"),
        ({**group(), "Keys": ["AmazonEC2", None]}, "Keys of"),
        ({**group(), "Metrics": None}, "Metrics of"),
        ("AmazonEC2", "AttributeError"),
    ],
)
def test_a_row_without_a_readable_amount_or_currency_is_refused_and_named(
    rig: Rig, odd: object, named: str
) -> None:
    answer_with(rig, day_of(DAYS[0], group(), odd), day_of(DAYS[1]))
    with pytest.raises(Unavailable, match=f"ce:GetCostAndUsage in us-east-1 was not.*{named}"):
        read(rig, TWO)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ([day_of(DAYS[0])], f"TimePeriod of {DAYS[1]} is missing"),
        ([], f"TimePeriod of {DAYS[0]} is missing"),
        ([day_of(DAYS[1]), day_of(DAYS[0])], f"{DAYS[1]} comes where {DAYS[0]} should"),
        ([*map(day_of, DAYS[:3])], f"{DAYS[2]} was not asked for"),
        ([day_of(DAYS[0] - timedelta(days=1))], "was not asked for"),
        ([day_of(DAYS[0], TimePeriod={"Start": "soon"})], "TimePeriod is not one of days"),
        (
            [day_of(DAYS[0], TimePeriod={"Start": str(DAYS[0]), "End": str(DAYS[2])})],
            "is not one day",
        ),
        ([day_of(DAYS[0], TimePeriod=None)], "TimePeriod is missing"),
        ([day_of(DAYS[0], Groups=None)], f"Groups of {DAYS[0]} is missing"),
        (
            [day_of(DAYS[0], Total={"UnblendedCost": {"Amount": "7", "Unit": "USD"}})],
            "are empty and UnblendedCost is not zero",
        ),
    ],
)
def test_days_that_are_not_those_that_were_asked_for_are_refused(
    rig: Rig, days: list[dict[str, Any]], said: str
) -> None:
    answer_with(rig, *days)
    with pytest.raises(Unavailable, match=said):
        read(rig, TWO)


def test_an_answer_without_results_is_no_empty_bill(rig: Rig) -> None:
    rig.line.fail(Fault(operation=QUESTION, status=200, body=b"{}"))
    with pytest.raises(Unavailable, match="ResultsByTime is missing"):
        read(rig)


def test_amounts_with_an_exponent_are_amounts(rig: Rig) -> None:
    tiny = {"Amount": "-1.2E-9", "Unit": "USD"}
    answer_with(rig, day_of(DAYS[0], group(UnblendedCost=tiny)), day_of(DAYS[1]))
    assert billed(read(rig, TWO)) == Decimal("-0.0000000012")


def test_a_day_is_final_only_if_every_part_of_it_says_so(rig: Rig) -> None:
    parts = [
        day_of(DAYS[0], group()),
        day_of(DAYS[0], group(), Estimated=True),
        day_of(DAYS[1], group()),
    ]
    answer_with(rig, *parts)
    days = read(rig, TWO)
    assert [daily.estimated for daily in days] == [True, False]
    assert [billed([daily]) for daily in days] == [2, 1]


def test_a_page_that_cannot_be_read_leaves_the_whole_days_before_it(rig: Rig) -> None:
    write(rig, [row(day, "1.5", f"Service {n}") for day in DAYS for n in range(2)], page=5)
    rig.line.fail(Fault(operation=QUESTION, after=1))
    days = costs_of(rig).read(OWN, Period(DAYS[0], DAYS[-1]))
    before: list[DailyCharges] = [next(days), next(days)]
    with pytest.raises(Unavailable):
        next(days)
    assert [(daily.day, billed([daily])) for daily in before] == [
        (DAYS[0], Decimal(3)),
        (DAYS[1], Decimal(3)),
    ]


def test_a_token_that_leads_back_is_refused(rig: Rig) -> None:
    answer_with(rig, day_of(DAYS[0]), NextPageToken="again")
    rig.line.forget()
    with pytest.raises(Unavailable, match="NextPageToken leads back"):
        read(rig)
    assert asked(rig.line, QUESTION) == 2


def test_a_token_that_is_no_text_is_refused(rig: Rig) -> None:
    answer_with(rig, day_of(DAYS[0]), NextPageToken=["again"])
    with pytest.raises(Unavailable, match="NextPageToken"):
        read(rig)


def test_a_series_of_pages_without_end_is_broken_off(rig: Rig) -> None:
    write(rig, [row(DAYS[0], "1", f"Service {n}") for n in range(MOST_PAGES + 1)], page=1)
    rig.line.forget()
    with pytest.raises(Unavailable, match=f"more than {MOST_PAGES} pages"):
        read(rig)
    assert asked(rig.line, QUESTION) == MOST_PAGES


@pytest.mark.parametrize(
    ("code", "expected", "said"),
    [
        ("DataUnavailableException", NotFound, "takes up to 24 hours"),
        ("BillExpirationException", Rejected, "13 months"),
        ("ValidationException", Rejected, "13 months"),
        ("LimitExceededException", Throttled, "slow down"),
        ("InvalidNextTokenException", Unavailable, "InvalidNextTokenException"),
        ("RequestChangedException", Unavailable, "RequestChangedException"),
    ],
)
def test_what_cost_explorer_refuses_is_said_in_words_of_its_own(
    rig: Rig, code: str, expected: type[PortError], said: str
) -> None:
    rig.fail(QUESTION, status=400, code=code)
    with pytest.raises(expected, match=said):
        read(rig)


def test_a_key_that_may_not_see_the_bill_is_told_what_to_ask_for(rig: Rig) -> None:
    rig.fail(QUESTION, status=400, code="AccessDeniedException")
    with pytest.raises(AccessDenied, match="let IAM users and roles see billing") as denied:
        read(rig)
    assert denied.value.permission == "ce:GetCostAndUsage"
