"""Who waits for whom, on a real server."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from application.ports.errors import Busy
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId
from domain.health import HealthCheck, ProviderHealth, Witness
from tests.contract.lease_holders_contract import holding
from tests.contract.leases_repository_contract import LONG, WORK, claim
from tests.contract.store_builders import NOW, add_credential

SHORT = timedelta(milliseconds=20)


def test_a_claim_does_not_wait_for_whoever_writes_under_an_expired_lease(
    units: OpenUnitOfWork,
) -> None:
    lease = claim(units, "writer", SHORT)
    time.sleep(2 * SHORT.total_seconds())
    with units() as writer:
        writer.leases.renew(lease, duration=LONG)
        began = time.monotonic()
        with pytest.raises(Busy):
            claim(units, "impatient")
        assert time.monotonic() - began < 2


def test_nobody_gets_a_lease_before_its_holder_has_written_the_last(units: OpenUnitOfWork) -> None:
    lease = claim(units, "first")
    with units() as writer:
        writer.leases.give_back(lease)
        began = time.monotonic()
        with pytest.raises(Busy):
            claim(units, "impatient")
        assert time.monotonic() - began < 2
        writer.commit()
    assert claim(units, "second").lapses == 0


def test_who_holds_a_lease_is_told_while_they_write_under_it(units: OpenUnitOfWork) -> None:
    lease = claim(units, "writer")
    with units() as writer:
        writer.leases.renew(lease, duration=LONG)
        began = time.monotonic()
        held = holding(units)
        assert time.monotonic() - began < 2
    assert held is not None
    assert held.holder == "writer"


def test_a_claim_is_made_by_the_clock_of_the_server_even_late_in_a_transaction(
    units: OpenUnitOfWork,
) -> None:
    with units() as slow:
        slow.users.page(after=None, limit=1)
        claim(units, "short", SHORT)
        time.sleep(2 * SHORT.total_seconds())
        assert slow.leases.claim(WORK, holder="slow", duration=LONG).holder == "slow"


def test_two_who_change_the_health_of_one_credential_follow_one_another(
    units: OpenUnitOfWork,
) -> None:
    owner = add_credential(units)
    reading = Event()

    def count_a_failure(*, first: bool) -> None:
        if not first:
            reading.wait(10)
        with units() as work:
            before = work.health.get(owner.id, for_update=True)
            reading.set()
            time.sleep(0.1 if first else 0)
            failures = before.consecutive_failures if before else 0
            work.health.save(_failed(owner.id, failures + 1))
            work.commit()

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(count_a_failure, first=first) for first in (True, False)]:
            done.result()
    with units() as work:
        health = work.health.get(owner.id)
    assert health is not None
    assert health.consecutive_failures == 2


def _failed(credential_id: CredentialId, failures: int) -> ProviderHealth:
    check = HealthCheck(witness=Witness.PROBE)
    fine = ProviderHealth.first(credential_id, check, at=NOW)
    return ProviderHealth(
        credential_id=credential_id,
        status=fine.status,
        since=NOW,
        checked_at=NOW,
        next_check_at=NOW,
        consecutive_failures=failures,
    )
