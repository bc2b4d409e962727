"""The rule that moves the verdict on a credential."""

from datetime import timedelta

import pytest

from domain.accounts import CredentialId
from domain.health import (
    HealthCheck,
    HealthStatus,
    ProviderHealth,
    Trouble,
    Witness,
    check_interval,
    common_cause,
)
from tests.builders import NOON

LATER = NOON + timedelta(minutes=5)
DENIED_VPCS = Trouble(
    cause=HealthStatus.DENIED, detail="VPCs are denied.", remedy="Grant it.", permission="ec2:X"
)
EXPIRED = Trouble(cause=HealthStatus.EXPIRED, detail="The key is unknown.", remedy="Enter another.")
FINE = HealthCheck(witness=Witness.PROBE, latency=timedelta(milliseconds=80))
BROKEN = HealthCheck(witness=Witness.PROBE, failure=EXPIRED)


def first(check: HealthCheck) -> ProviderHealth:
    return ProviderHealth.first(CredentialId(1), check, at=NOON)


def test_a_credential_without_trouble_is_healthy() -> None:
    health = first(FINE)
    assert health.status is HealthStatus.HEALTHY
    assert health.last_success_at == NOON
    assert health.latency == timedelta(milliseconds=80)


def test_a_credential_that_lacks_one_permission_is_degraded_and_says_which() -> None:
    health = first(HealthCheck(witness=Witness.PROBE, troubles=(DENIED_VPCS,)))
    assert health.status is HealthStatus.DEGRADED
    assert [trouble.permission for trouble in health.troubles] == ["ec2:X"]


def test_a_credential_that_is_not_accepted_takes_the_cause_as_its_verdict() -> None:
    health = first(BROKEN)
    assert health.status is HealthStatus.EXPIRED
    assert health.last_success_at is None
    assert health.troubles == (EXPIRED,)


def test_the_verdict_remembers_since_when_it_holds() -> None:
    health = first(FINE).after(FINE, at=LATER)
    assert (health.since, health.checked_at) == (NOON, LATER)
    assert health.after(BROKEN, at=LATER).since == LATER


def test_failures_in_a_row_are_counted_until_it_works_again() -> None:
    twice = first(BROKEN).after(BROKEN, at=LATER)
    assert twice.consecutive_failures == 2
    mended = twice.after(FINE, at=LATER)
    assert (mended.consecutive_failures, mended.status) == (0, HealthStatus.HEALTHY)


def test_a_probe_does_not_wipe_out_what_a_sync_found() -> None:
    synced = first(HealthCheck(witness=Witness.SYNC, troubles=(DENIED_VPCS,)))
    assert synced.after(FINE, at=LATER).status is HealthStatus.DEGRADED
    clean_sync = HealthCheck(witness=Witness.SYNC)
    assert synced.after(clean_sync, at=LATER).status is HealthStatus.HEALTHY


def test_trouble_that_both_witnesses_found_is_shown_once() -> None:
    seen_by_sync = first(HealthCheck(witness=Witness.SYNC, troubles=(DENIED_VPCS,)))
    both = seen_by_sync.after(HealthCheck(witness=Witness.PROBE, troubles=(DENIED_VPCS,)), at=LATER)
    assert both.troubles == (DENIED_VPCS,)


@pytest.mark.parametrize(
    ("failures", "minutes"), [(0, 5), (1, 10), (2, 20), (3, 40), (4, 60), (50, 60)]
)
def test_a_credential_that_keeps_failing_is_asked_less_often_but_each_hour(
    failures: int, minutes: int
) -> None:
    assert check_interval(failures) == timedelta(minutes=minutes)


def test_the_common_cause_is_the_most_frequent_one() -> None:
    assert common_cause((EXPIRED, DENIED_VPCS, DENIED_VPCS)) is HealthStatus.DENIED
