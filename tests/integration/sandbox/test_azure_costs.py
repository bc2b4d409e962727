"""The sandbox's Cost Management, asked by Microsoft's own client and by plain posts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.core.rest import HttpRequest

from entrypoints.sandbox.azure.costs import Charge
from entrypoints.sandbox.azure.errors import cost_denied, cost_throttled
from entrypoints.sandbox.azure.ids import COSTS
from entrypoints.sandbox.azure.shop import CLOSED, PRODUCTION
from entrypoints.sandbox.azure.tenant import Subscription
from tests.integration.sandbox.azure_clients import Azure, Client, code_of

TODAY = datetime.now(UTC).date()
SCOPE = f"subscriptions/{PRODUCTION.id}"
BY_SERVICE = ("ServiceName",)
BY_BOTH = ("ServiceName", "ResourceId")


def question(
    first: date, last: date, groupings: tuple[str, ...] = BY_SERVICE, **dataset: object
) -> dict[str, Any]:
    """Ask for the daily cost from the first to the last day."""
    return {
        "type": "ActualCost",
        "timeframe": "Custom",
        "timePeriod": {"from": f"{first}T00:00:00Z", "to": f"{last}T23:59:59Z"},
        "dataset": {
            "granularity": "Daily",
            "aggregation": {"totalCost": {"name": "Cost", "function": "Sum"}},
            "grouping": [{"type": "Dimension", "name": name} for name in groupings],
            **dataset,
        },
    }


def rows(answer: Client) -> list[dict[str, Any]]:
    names = [column.name for column in answer.columns]
    return [dict(zip(names, row, strict=True)) for row in answer.rows]


def pages(azure: Azure, scope: str, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Post the question again to each page, as the service wants it."""
    client = azure.costs()
    link = f"/{scope}/providers/Microsoft.CostManagement/query?api-version=2025-03-01"
    while link:
        answer = client.send_request(HttpRequest("POST", link, json=asked))
        answer.raise_for_status()
        properties = answer.json()["properties"]
        yield properties
        link = properties["nextLink"]


def test_the_same_question_has_the_same_answer(shop: Azure) -> None:
    asked = question(TODAY - timedelta(days=40), TODAY - timedelta(days=30), BY_BOTH)
    first, second = (shop.costs().query.usage(scope=SCOPE, parameters=asked) for _ in range(2))
    assert first.rows == second.rows != []
    assert {row["Currency"] for row in rows(first)} == {"EUR"}
    assert len({row["UsageDate"] for row in rows(first)}) == 11
    assert any(len(str(row["Cost"])) > 12 for row in rows(first))


def test_days_are_numbers_and_columns_come_in_any_order(shop: Azure) -> None:
    orders = set()
    for ago in range(1, 7):
        day = TODAY - timedelta(days=ago)
        answer = shop.costs().query.usage(scope=SCOPE, parameters=question(day, day))
        assert {row["UsageDate"] for row in rows(answer)} == {int(day.strftime("%Y%m%d"))}
        orders.add(tuple(column.name for column in answer.columns))
    assert len(orders) > 1


def test_a_machine_that_was_deleted_and_a_charge_for_nothing_are_paid_for(shop: Azure) -> None:
    asked = question(TODAY - timedelta(days=12), TODAY - timedelta(days=8), BY_BOTH)
    found = rows(shop.costs().query.usage(scope=SCOPE, parameters=asked))
    gone = {row["UsageDate"] for row in found if row["ResourceId"].endswith("/migration-1")}
    assert gone == {int((TODAY - timedelta(days=ago)).strftime("%Y%m%d")) for ago in (10, 11, 12)}
    nothing = {row["ServiceName"] for row in found if row["ResourceId"] == ""}
    assert nothing == {"Microsoft Defender for Cloud"}
    assert {row["ServiceName"] for row in found} > {"Virtual Machines", "Storage", "Bandwidth"}
    assert all(row["ResourceId"] == row["ResourceId"].lower() for row in found)


def test_a_resource_group_pays_a_part(shop: Azure) -> None:
    asked = question(TODAY - timedelta(days=3), TODAY - timedelta(days=3))
    part, whole = (
        sum(row["Cost"] for row in rows(shop.costs().query.usage(scope=scope, parameters=asked)))
        for scope in (f"{SCOPE}/resourceGroups/SHOP-api-prod", SCOPE)
    )
    assert 0 < part < whole


def test_the_future_costs_nothing_and_an_unused_subscription_has_no_answer(shop: Azure) -> None:
    asked = question(TODAY + timedelta(days=1), TODAY + timedelta(days=3))
    assert shop.costs().query.usage(scope=SCOPE, parameters=asked).rows == []
    unused = shop.costs().query.usage(scope=f"subscriptions/{CLOSED.id}", parameters=asked)
    assert unused is None


def test_every_page_is_reached_by_posting_the_question_again(azure: Azure) -> None:
    tenant = azure.server.tenant
    tenant.page_sizes |= {COSTS: 40}
    tenant.subscribe(Subscription(id=PRODUCTION.id, name="Small"))
    for number in range(10):
        tenant.charge(Charge(scope=f"/{SCOPE}", service=f"Service {number}", daily=1.5))
    asked = question(TODAY - timedelta(days=10), TODAY - timedelta(days=1))
    found = list(pages(azure, SCOPE, asked))
    assert [len(page["rows"]) for page in found] == [40, 40, 20]
    distinct = {tuple(row) for page in found for row in page["rows"]}
    assert len(distinct) == 100
    assert sum(len(page.rows) for page in [azure.costs().query.usage(SCOPE, asked)]) == 40


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "Dataset is invalid or not supplied"),
        (question(TODAY - timedelta(days=400), TODAY), "one year"),
        (question(TODAY, TODAY - timedelta(days=1)), "one year"),
        (question(TODAY, TODAY, ("Colour",)), "'Colour'"),
        (question(TODAY, TODAY, ("ServiceName", "ResourceId", "ResourceLocation")), "2 groupings"),
        (question(TODAY, TODAY, filter={"dimensions": {}}), "does not filter"),
        (question(TODAY, TODAY, aggregation={"x": {"name": "Mood"}}), "'Mood'"),
    ],
    ids=["nothing", "too long", "backwards", "unknown", "too many", "filtered", "no cost"],
)
def test_what_cannot_be_answered_is_refused(shop: Azure, asked: dict[str, Any], said: str) -> None:
    with pytest.raises(HttpResponseError, match=said) as refused:
        shop.costs().query.usage(scope=SCOPE, parameters=asked)
    assert refused.value.status_code == 400


def test_costs_are_refused_in_three_ways(azure: Azure) -> None:
    azure.server.tenant.subscribe(PRODUCTION)
    asked = question(TODAY, TODAY)
    azure.server.fail(cost_throttled(seconds=7, times=1))
    with pytest.raises(HttpResponseError) as throttled:
        azure.costs().query.usage(scope=SCOPE, parameters=asked)
    headers: Any = getattr(throttled.value.response, "headers", {})
    assert throttled.value.status_code == 429
    assert headers["x-ms-ratelimit-microsoft.costmanagement-entity-retry-after"] == "7"
    assert "Retry-After" not in headers
    azure.server.tenant.deny("Microsoft.CostManagement/query/action")
    with pytest.raises(HttpResponseError) as denied:
        azure.costs().query.usage(scope=SCOPE, parameters=asked)
    assert (denied.value.status_code, code_of(denied.value)) == (403, "AuthorizationFailed")
    azure.server.fail(cost_denied())
    with pytest.raises(ClientAuthenticationError) as misnamed:
        azure.costs().query.usage(scope=SCOPE, parameters=asked)
    assert code_of(misnamed.value) == "RBACAccessDenied"
