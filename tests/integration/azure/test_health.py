"""What a probe says of a credential to which some subscriptions are closed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from adapters.azure.health import MOST_ASKED, AzureHealthProbe
from adapters.system.clock import SystemClock
from application.ports.clock import Clock
from domain.health import HealthCheck, HealthStatus
from domain.inventory import Location
from entrypoints.sandbox.azure.tenant import Subscription
from tests.integration.azure.rig import ACCOUNTS, GROUPS, HASTE, HERE, MACHINES, THERE, Rig

EVERYTHING = {
    MACHINES: "Microsoft.Compute/virtualMachines/read",
    ACCOUNTS: "Microsoft.Storage/storageAccounts/read",
    GROUPS: "Microsoft.Resources/subscriptions/resourceGroups/read",
}


@dataclass(slots=True)
class RunawayClock(Clock):
    """Is half a minute later each time."""

    moment: datetime = datetime(2026, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self.moment += timedelta(seconds=30)
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def checked(rig: Rig, **fields: object) -> HealthCheck:
    return AzureHealthProbe(
        session=rig.session(patience=HASTE, **fields), clock=SystemClock()
    ).check()


def close(rig: Rig, *places: Location) -> None:
    """Let the credential see the subscriptions, and nothing in them."""
    for place in places:
        for permission in EVERYTHING.values():
            rig.tenant.deny(permission, place)


def test_one_closed_subscription_is_a_trouble_and_not_the_failure(rig: Rig) -> None:
    close(rig, HERE)
    check = checked(rig)
    assert check.failure is None
    assert {(each.kind, each.location, each.permission) for each in check.troubles} == {
        (kind, HERE, permission) for kind, permission in EVERYTHING.items()
    }
    for trouble in check.troubles:
        assert trouble.cause is HealthStatus.DENIED
        assert "Grant the Reader role" in trouble.remedy
        assert HERE in trouble.detail


def test_what_the_open_subscription_refuses_is_named_beside_it(rig: Rig) -> None:
    close(rig, HERE)
    rig.tenant.deny(EVERYTHING[GROUPS], THERE)
    check = checked(rig)
    assert check.failure is None
    assert [(each.kind, each.location) for each in check.troubles] == [
        (MACHINES, HERE),
        (ACCOUNTS, HERE),
        (GROUPS, HERE),
        (GROUPS, THERE),
    ]


def test_a_credential_to_which_every_subscription_is_closed_is_denied(rig: Rig) -> None:
    close(rig, HERE, THERE)
    check = checked(rig)
    assert check.failure == check.troubles[0]
    assert check.failure.cause is HealthStatus.DENIED
    assert {each.location for each in check.troubles} == {HERE, THERE}


def test_a_credential_limited_to_a_closed_subscription_is_denied(rig: Rig) -> None:
    close(rig, HERE)
    check = checked(rig, subscription_id=HERE)
    assert check.failure is not None
    assert {each.location for each in check.troubles} == {HERE}


@pytest.mark.parametrize("permission", EVERYTHING.values())
def test_a_subscription_that_answers_one_question_is_the_only_one_asked(
    rig: Rig, permission: str
) -> None:
    for other in set(EVERYTHING.values()) - {permission}:
        rig.tenant.deny(other, HERE)
    assert checked(rig).failure is None
    assert rig.asked(f"/subscriptions/{THERE}/") == 0


def test_a_search_that_takes_long_is_given_up(rig: Rig) -> None:
    close(rig, HERE)
    check = AzureHealthProbe(session=rig.session(), clock=RunawayClock()).check()
    assert check.failure is not None
    assert {each.location for each in check.troubles} == {HERE}


def test_a_few_closed_subscriptions_stand_for_all(rig: Rig) -> None:
    for number in range(2 * MOST_ASKED):
        place = f"{number:08}-cccc-4333-8333-333333333333"
        rig.tenant.subscribe(Subscription(id=place, name=f"Number {number}"))
    for permission in EVERYTHING.values():
        rig.tenant.deny(permission)
    check = checked(rig)
    assert check.failure is not None
    assert len({each.location for each in check.troubles}) == MOST_ASKED
    assert rig.asked(r"GET /subscriptions/") == MOST_ASKED * len(EVERYTHING)
