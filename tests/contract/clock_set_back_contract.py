"""What every store promises once its clock was set back: what it knows lies in the future then."""

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

import pytest

from application.ports.errors import Busy, LeaseLost
from application.ports.unit_of_work import OpenUnitOfWork
from domain.health import HealthCheck, ProviderHealth, Witness
from domain.leases import FARTHEST_END, LONGEST_LEASE, terraform_lease
from domain.provisioning import Run, RunAction, RunId
from tests.contract.job_builders import ask, job, now, save, subject
from tests.contract.lease_holders_contract import holding
from tests.contract.leases_repository_contract import LONG, SHORT, WORK, LetPass, claim
from tests.contract.provisioning_builders import add_resource
from tests.contract.queue_proofs_contract import FIRST, SECOND, SYNC, prove, proven
from tests.contract.store_builders import add_credential

A_DAY = timedelta(days=1)
A_LITTLE = timedelta(minutes=4)
PATIENCE = timedelta(minutes=1)

SetBack: TypeAlias = Callable[[timedelta], object]
"""Sets the store's clock back, or puts all moments that it knows forward, which is the same."""


def queue_run(units: OpenUnitOfWork) -> Run:
    resource = add_resource(units, add_credential(units))
    with units() as work:
        run = work.runs.queue(resource.id, RunAction.PROVISION, at=work.now())
        work.commit()
    return run


def forsaken(units: OpenUnitOfWork, patience: timedelta = PATIENCE) -> list[RunId]:
    with units() as work:
        return [run.id for run in work.runs.forsaken(patience=patience, limit=10)]


class StoreTimeContract:
    """Subclasses bring `units` and `let_pass`."""

    def test_the_store_tells_the_time_as_it_passes(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        with units() as work:
            before = work.now()
            let_pass(SHORT)
            after = work.now()
        assert before.utcoffset() is not None
        assert after - before >= SHORT

    def test_a_run_is_forsaken_once_it_waited_longer_than_anybody_is_patient(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        run = queue_run(units)
        let_pass(SHORT)
        assert forsaken(units) == []
        assert forsaken(units, patience=SHORT / 2) == [run.id]


class ClockSetBackContract:
    """Subclasses bring `units` and `set_back`."""

    def test_a_lease_that_ends_later_than_any_may_has_run_out(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        dead = claim(units, "host:dead")
        set_back(A_DAY)
        assert holding(units) is None
        with units() as work:
            assert list(work.leases.held_on("host")) == []
            assert set(work.leases.lapsed([WORK])) == {WORK}
            assert dict(work.figures.leases()) == {}
        newer = claim(units, "host:newer")
        assert (newer.token > dead.token, newer.lapses) == (True, 1)
        with units() as work, pytest.raises(LeaseLost):
            work.leases.renew(dead, duration=LONG)

    def test_the_longest_lease_outlives_a_small_correction_of_the_clock(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        claim(units, "host:alive", LONGEST_LEASE)
        set_back(A_LITTLE)
        with pytest.raises(Busy):
            claim(units, "second")
        with units() as work:
            assert list(work.leases.held_on("host")) == [WORK]
            assert set(work.leases.lapsed([WORK])) == set()
            assert dict(work.figures.leases()) == {"sync": 1}

    def test_who_is_alive_keeps_the_lease_by_prolonging_it(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        lease = claim(units, "alive")
        set_back(A_DAY)
        with units() as work:
            work.leases.renew(lease, duration=LONG)
            work.commit()
        with pytest.raises(Busy):
            claim(units, "second")

    def test_a_job_is_orphaned_by_whoever_had_it_before(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        wanted = subject(add_credential(units))
        ask(units, wanted)
        save(units, job(units, wanted).begun(at=now(units)))
        with units() as work:
            work.leases.claim(wanted.name, holder="dead", duration=LONG)
            work.commit()
            assert list(work.jobs.orphans(limit=10)) == []
        set_back(A_DAY)
        with units() as work:
            assert [each.subject for each in work.jobs.orphans(limit=10)] == [wanted]

    def test_a_run_is_forsaken_by_whoever_had_it_before(
        self, units: OpenUnitOfWork, set_back: SetBack, let_pass: LetPass
    ) -> None:
        run = queue_run(units)
        with units() as work:
            lease = terraform_lease(run.resource_id)
            work.leases.claim(lease, holder="dead", duration=LONG)
            work.commit()
        let_pass(SHORT)
        assert forsaken(units, patience=SHORT / 2) == []
        set_back(FARTHEST_END)
        assert forsaken(units) == [run.id]

    def test_a_run_that_was_asked_for_in_the_future_is_forsaken(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        run = queue_run(units)
        set_back(A_DAY)
        assert forsaken(units) == [run.id]

    def test_a_proof_from_the_future_is_none_and_forgotten_with_the_next(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        prove(units, SYNC, FIRST)
        prove(units, SYNC, SECOND)
        assert len(proven(units)) == 2
        set_back(A_DAY)
        assert proven(units) == []
        prove(units, SYNC, SECOND)
        assert proven(units) == [(SYNC, SECOND)]
        set_back(-A_DAY)
        assert proven(units) == [(SYNC, SECOND)]

    def test_a_check_of_health_waits_no_longer_than_any_may(
        self, units: OpenUnitOfWork, set_back: SetBack
    ) -> None:
        credential = add_credential(units)
        with units() as work:
            fine = HealthCheck(witness=Witness.PROBE)
            work.health.save(ProviderHealth.first(credential.id, fine, at=work.now()))
            work.commit()
        with units() as work:
            assert list(work.health.due(at=work.now(), after=None, limit=10)) == []
        set_back(A_DAY)
        with units() as work:
            due = work.health.due(at=work.now(), after=None, limit=10)
            assert list(due) == [credential.id]
