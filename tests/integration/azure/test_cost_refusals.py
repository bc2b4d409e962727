"""Why a subscription's bill is not told, and what to do about it."""

import time
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from application.ports.errors import (
    AccessDenied,
    NotFound,
    PortError,
    Rejected,
    Throttled,
)
from entrypoints.sandbox.azure.errors import cost_denied, cost_throttled
from tests.integration.azure.bill import NOW, QUESTION, charge, read, total
from tests.integration.azure.rig import HASTE, HERE, TOKEN, Rig, running_rig

DAY = date(2026, 1, 5)


@pytest.fixture
def rig() -> Iterator[Rig]:
    """A tenant on whose bills nothing is yet."""
    with running_rig(now=NOW) as rig:
        yield rig


@pytest.mark.parametrize("limit", ["qpu", "entity", "tenant", "client"])
def test_a_short_throttling_is_sat_out_for_as_long_as_its_own_header_says(
    rig: Rig, limit: str
) -> None:
    charge(rig, DAY, "1.5")
    rig.server.fail(cost_throttled(seconds=1, limit=limit, times=1))
    began = time.monotonic()
    assert total(read(rig)) == Decimal("1.5")
    assert time.monotonic() - began >= 1


def test_a_long_throttling_is_reported_with_its_time(rig: Rig) -> None:
    rig.server.fail(cost_throttled(seconds=900))
    with pytest.raises(Throttled) as caught:
        read(rig)
    assert caught.value.retry_after == 900
    assert rig.asked(QUESTION) == 1


def test_a_throttling_without_end_is_given_up(rig: Rig) -> None:
    rig.fail(QUESTION, status=429)
    with pytest.raises(Throttled):
        read(rig)
    assert rig.asked(QUESTION) == HASTE.attempts


def test_a_role_that_is_missing_is_named_whichever_way_azure_says_it(rig: Rig) -> None:
    rig.tenant.deny("Microsoft.CostManagement/*")
    by_role = denied(rig)
    rig.tenant.allow_everything()
    rig.server.fail(cost_denied())
    by_cost_management = denied(rig)
    for error in (by_role, by_cost_management):
        assert error.permission == "Microsoft.CostManagement/query/action"
        assert "Grant the Cost Management Reader role" in error.remedy


def denied(rig: Rig) -> PortError:
    with pytest.raises(AccessDenied) as caught:
        read(rig)
    return caught.value


def test_costs_that_the_payer_hides_are_said_to_be_hidden(rig: Rig) -> None:
    error = {"error": {"code": "IndirectCostDisabled", "message": "x"}}
    rig.fail(QUESTION, status=401, document=error)
    assert "lets nobody else see its costs" in denied(rig).summary


@pytest.mark.parametrize(("status", "code"), [(400, "BadRequest"), (404, "NotFound")])
def test_a_kind_of_subscription_without_costs_says_so(rig: Rig, status: int, code: str) -> None:
    error = {"error": {"code": code, "message": "Cost management data is not supported"}}
    rig.fail(QUESTION, status=status, document=error)
    with pytest.raises(NotFound) as caught:
        read(rig)
    assert f"does not tell what the subscription {HERE} costs" in caught.value.summary
    assert "some kinds of subscription have no cost data" in caught.value.remedy


def test_a_wrong_clock_is_not_taken_for_a_bill_that_is_not_there(rig: Rig) -> None:
    refusal = {"error": "invalid_client", "error_description": "AADSTS700024: too late"}
    rig.fail(TOKEN, status=401, document=refusal)
    with pytest.raises(Rejected, match="clock is wrong"):
        read(rig)
