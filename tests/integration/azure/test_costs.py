"""What subscriptions are charged, to the last cent or not at all."""

from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from application.ports.errors import (
    Unavailable,
)
from domain.costs import DailyCharges, Period, SubAccountId
from entrypoints.sandbox.azure.tenant import Subscription
from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.rest.wire import json_reply
from tests.integration.azure.bill import (
    ACCOUNT,
    COSTS,
    JANUARY,
    NOW,
    QUESTION,
    DayFault,
    charge,
    costs_of,
    read,
    total,
)
from tests.integration.azure.rig import HERE, THERE, TOKEN, Rig, running, running_rig

NEIGHBOUR = SubAccountId(THERE)
WINTER = Period(date(2025, 12, 30), date(2026, 2, 2))
DAY = date(2026, 1, 5)
PAGE = f"{QUESTION}.*skiptoken"

ANSWER: dict[str, Any] = {
    "properties": {
        "nextLink": None,
        "columns": [
            {"name": "UsageDate", "type": "Number"},
            {"name": "currency", "type": "String"},
            {"name": "PreTaxCost", "type": "Number"},
            {"name": "ResourceId", "type": "String"},
            {"name": "Surprise", "type": "String"},
            {"name": "SERVICENAME", "type": "String"},
        ],
        "rows": [[20260105, "EUR", 1.23456789012345678901, "/Subscriptions/X", None, "Storage"]],
    }
}
AMOUNT, CURRENCY, USAGE_DATE = 2, 1, 0


@pytest.fixture
def rig() -> Iterator[Rig]:
    """A tenant on whose bills nothing is yet, told five rows at a time."""
    with running_rig(page_sizes={COSTS: 5}, now=NOW) as rig:
        yield rig


def test_pages_add_up_exactly(rig: Rig) -> None:
    amounts = [Decimal(f"{number}.0{number}7") for number in range(1, 10)]
    for number, amount in enumerate(amounts):
        for day in (1, 15, 31):
            charge(rig, date(2026, 1, day), amount, service=f"Service {number}")
    found = read(rig)
    assert total(found) == 3 * sum(amounts)
    assert [each.day.day for each in found if each.charges] == [1, 15, 31]
    assert rig.asked(f"POST .*{QUESTION}") == 6


def test_each_calendar_month_is_one_question_and_days_come_in_order(rig: Rig) -> None:
    for day in (date(2026, 2, 1), date(2025, 12, 31), date(2026, 1, 20)):
        charge(rig, day, "2.5")
    found = read(rig, WINTER)
    assert [each.day for each in found] == list(WINTER.days())
    assert total(found) == Decimal("7.5")
    assert rig.asked(f"POST .*{QUESTION}") == 3


def test_nothing_is_asked_before_the_first_day_is_wanted(rig: Rig) -> None:
    costs_of(rig).read(ACCOUNT, JANUARY)
    assert rig.server.requests == ()


def test_a_subscription_that_never_cost_anything_has_every_day_without_cost(rig: Rig) -> None:
    assert [each.charges for each in read(rig)] == [()] * 31


def test_what_is_billed_apart_are_the_open_subscriptions_or_the_named_one(rig: Rig) -> None:
    closed = "33333333-cccc-4333-8333-333333333333"
    rig.tenant.subscribe(Subscription(id=closed, name="Closed", state="Disabled"))
    assert list(costs_of(rig).sub_accounts()) == [ACCOUNT, NEIGHBOUR]
    assert list(costs_of(rig, subscription_id=THERE).sub_accounts()) == [NEIGHBOUR]


def answered(rig: Rig, **changes: object) -> None:
    """Answer with one row, in which some values are others."""
    document = deepcopy(ANSWER)
    for place, value in changes.items():
        document["properties"]["rows"][0][int(place.removeprefix("at_"))] = value
    rig.fail(QUESTION, status=200, document=document)


def test_a_bill_is_of_the_same_account_as_the_inventory(rig: Rig) -> None:
    costs = costs_of(rig)
    assert {costs.account_id(), costs.account_id()} == {rig.inventory().account_id()}
    assert rig.asked(TOKEN) == 2  # once for each of the two


def test_columns_are_known_by_their_names_and_amounts_keep_every_digit(rig: Rig) -> None:
    body = (
        b'{"properties": {"columns": [{"name": "UsageDate"}, {"name": "currency"}, '
        b'{"name": "PreTaxCost"}, {"name": "ResourceId"}, {"name": "SERVICENAME"}], "rows": '
        b'[[20260105, "EUR", 1.23456789012345678901, "/Subscriptions/X", "Storage"]]}}'
    )
    rig.fail(QUESTION, status=200, body=body)
    (charged,) = read(rig)[4].charges
    assert charged.billed_cost == Decimal("1.23456789012345678901")
    assert (charged.resource_id, charged.external_id) == ("/subscriptions/x", "/subscriptions/x")
    assert (charged.service_name, charged.billing_currency) == ("Storage", "EUR")
    assert charged.billing_account_id == HERE


def test_one_resource_in_two_spellings_is_one_charge(rig: Rig) -> None:
    document = deepcopy(ANSWER)
    name = "providers/Microsoft.Storage/storageAccounts/Media"
    document["properties"]["rows"] = [
        [20260105, "EUR", 1.25, f"/subscriptions/{HERE}/resourceGroups/RG/{name}", None, "Storage"],
        [20260105, "EUR", 2.5, f"/subscriptions/{HERE}/resourcegroups/rg/{name}", None, "Storage"],
    ]
    rig.fail(QUESTION, status=200, document=document)
    (charged,) = read(rig)[4].charges
    assert charged.billed_cost == Decimal("3.75")
    assert charged.resource_id == f"/subscriptions/{HERE}/resourcegroups/rg/{name.lower()}"
    assert charged.external_id == charged.resource_id


def test_a_charge_that_belongs_to_no_service_and_no_resource_is_kept(rig: Rig) -> None:
    answered(rig, at_3="", at_5=None)
    (charged,) = read(rig)[4].charges
    assert (charged.resource_id, charged.external_id) == (None, None)
    assert charged.service_name == "Unassigned"


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (AMOUNT, None, "Cost is not a number"),
        (AMOUNT, "1.5", "Cost is not a number"),
        (AMOUNT, True, "Cost is not a number"),
        (AMOUNT, float("nan"), "Cost is not a number"),
        (CURRENCY, None, "billing_currency"),
        (CURRENCY, "euro", "billing_currency"),
        (CURRENCY, 7, "Currency is not text"),
        (USAGE_DATE, None, "UsageDate is not a day"),
        (USAGE_DATE, 20261332, "UsageDate is not a day"),
        (USAGE_DATE, 20260105.5, "UsageDate is not a day"),
        (USAGE_DATE, 20260201, "2026-02-01 was not asked for"),
        (3, 7, "ResourceId is not text"),
        (5, [], "ServiceName is not text"),
    ],
)
def test_a_row_that_cannot_be_read_is_neither_guessed_nor_lost(
    rig: Rig, place: int, value: object, said: str
) -> None:
    answered(rig, **{f"at_{place}": value})
    with pytest.raises(Unavailable, match=said):
        read(rig)


@pytest.mark.parametrize(
    "properties",
    [
        None,
        [],
        {},
        {"columns": None, "rows": []},
        {"columns": [], "rows": []},
        {"columns": [7, {"name": None}], "rows": []},
        {"columns": ANSWER["properties"]["columns"], "rows": None},
        {"columns": ANSWER["properties"]["columns"], "rows": [[1]]},
        {"columns": ANSWER["properties"]["columns"], "rows": [{}]},
        {"columns": ANSWER["properties"]["columns"][1:], "rows": []},
    ],
)
def test_an_answer_that_is_no_table_is_not_taken_for_an_empty_one(
    rig: Rig, properties: object
) -> None:
    rig.fail(QUESTION, status=200, document={"properties": properties})
    with pytest.raises(Unavailable, match=r"was not one that Azure gives \(.*(missing|fit)"):
        read(rig)


def many(rig: Rig) -> None:
    for number in range(12):
        charge(rig, DAY, "1", service=f"Service {number}")


def test_a_second_page_that_fails_yields_nothing_of_its_month(rig: Rig) -> None:
    charge(rig, date(2025, 12, 31), "3")
    many(rig)
    rig.fail(PAGE, status=500)
    seen: list[DailyCharges] = []
    with pytest.raises(Unavailable):
        seen.extend(costs_of(rig).read(ACCOUNT, WINTER))
    assert [each.day for each in seen] == [date(2025, 12, 30), date(2025, 12, 31)]


def test_a_page_that_leads_back_to_itself_is_left(rig: Rig) -> None:
    document = deepcopy(ANSWER)
    document["properties"]["nextLink"] = f"{rig.server.endpoint}/{QUESTION}?again"
    rig.fail(QUESTION, status=200, document=document)
    with pytest.raises(Unavailable, match="its pages have no end"):
        read(rig)
    assert rig.asked(QUESTION) == 2


def test_a_next_page_on_another_host_is_not_asked_for(rig: Rig) -> None:
    reply = json_reply(ANSWER)
    with running(lambda _: reply, certificate=rig.server._certificate) as elsewhere:
        document = deepcopy(ANSWER)
        document["properties"]["nextLink"] = f"{elsewhere.endpoint}/{QUESTION}?x"
        rig.fail(QUESTION, status=200, document=document)
        with pytest.raises(Unavailable, match="not at its own address"):
            read(rig)
        assert elsewhere.requests == ()


def test_a_month_that_breaks_down_leaves_those_before(rig: Rig) -> None:
    charge(rig, date(2025, 12, 31), "3")
    rig.server.fail(DayFault(pattern=QUESTION, status=503, day=DAY))
    seen: list[DailyCharges] = []
    with pytest.raises(Unavailable):
        seen.extend(costs_of(rig).read(ACCOUNT, WINTER))
    assert total(seen) == 3


def test_a_month_that_makes_no_sense_is_left_out_and_all_others_are_told(rig: Rig) -> None:
    document = deepcopy(ANSWER)
    document["properties"]["rows"][0][AMOUNT] = None
    rig.server.fail(Fault(pattern=QUESTION, status=200, document=document, after=1, times=1))
    charge(rig, date(2026, 2, 1), "3")
    reading = costs_of(rig).read(ACCOUNT, WINTER)
    told = [next(reading) for _ in range(4)]
    assert [each.day for each in told] == [
        date(2025, 12, 30),
        date(2025, 12, 31),
        date(2026, 2, 1),
        date(2026, 2, 2),
    ]
    assert total(told) == 3
    with pytest.raises(Unavailable):
        next(reading)
