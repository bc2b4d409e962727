"""What every store of runs promises."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from application.ports.errors import Conflict, NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.leases import terraform_lease
from domain.provisioning import Leak, Resource, Run, RunAction, RunId, RunStatus, Stamp
from tests.contract.leases_repository_contract import LONG, SHORT, LetPass
from tests.contract.provisioning_builders import (
    NO_RESOURCE,
    NO_RUN,
    add_resource,
    end_run,
    queue_run,
)
from tests.contract.store_builders import HOUR, NOW, add_credential


class RunsRepositoryContract:
    def test_a_run_is_queued_and_comes_back_as_it_is(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        run = queue_run(units, resource, RunAction.DESTROY)
        assert (run.resource_id, run.action) == (resource.id, RunAction.DESTROY)
        assert run.history == (Stamp(status=RunStatus.QUEUED, at=NOW),)
        with units() as work:
            assert work.runs.get(run.id) == run
            assert work.runs.active(resource.id) == run

    def test_a_resource_has_one_active_run(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        other = add_resource(units, add_credential(units, name="other"))
        first = queue_run(units, resource)
        with units() as work:
            with pytest.raises(Conflict, match=f"by run {first.id}"):
                work.runs.queue(resource.id, RunAction.DESTROY, at=NOW)
            assert work.runs.active(resource.id) == first
        queue_run(units, other)
        end_run(units, first)
        with units() as work:
            assert work.runs.active(resource.id) is None
        assert queue_run(units, resource, RunAction.DESTROY).id > first.id

    def test_of_many_who_ask_at_once_exactly_one_gets_a_run(self, units: OpenUnitOfWork) -> None:
        resource = add_resource(units, add_credential(units))
        start = Barrier(6)

        def ask(_number: int) -> bool:
            start.wait()
            try:
                queue_run(units, resource)
            except Conflict:
                return False
            return True

        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(ask, range(6))).count(True) == 1

    def test_what_has_ended_is_not_cancelled(self, units: OpenUnitOfWork) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        with units() as work:
            work.runs.save(run.moved_to(RunStatus.CANCELED, at=NOW))
            work.commit()
        with units() as work, pytest.raises(Conflict, match=f"Run {run.id} has ended"):
            work.runs.request_cancel(run.id, at=NOW)

    def test_what_moves_is_kept_and_a_wish_to_cancel_is_left_alone(
        self, units: OpenUnitOfWork
    ) -> None:
        run = queue_run(units, add_resource(units, add_credential(units)))
        with units() as work:
            asked = work.runs.request_cancel(run.id, at=NOW + HOUR)
            again = work.runs.request_cancel(run.id, at=NOW + 2 * HOUR)
            work.commit()
        assert asked.cancel_requested_at == again.cancel_requested_at == NOW + HOUR
        leaks = (
            Leak(address='aws_subnet.this["10.0.1.0/24"]', cloud_id="subnet-1"),
            Leak(address="aws_vpc.this[0]", cloud_id=None),
        )
        ended = run.moved_to(RunStatus.PLANNING, at=NOW + HOUR).moved_to(
            RunStatus.ERRORED, at=NOW + 2 * HOUR, error="AWS refused.", leaks=leaks
        )
        with units() as work:
            work.runs.save(ended)
            work.commit()
        with units() as work:
            kept = work.runs.get(run.id)
        assert (kept.status, kept.history) == (RunStatus.ERRORED, ended.history)
        assert (kept.error, kept.leaks) == ("AWS refused.", leaks)
        assert (kept.cancel_requested_at, kept.ended_at) == (NOW + HOUR, NOW + 2 * HOUR)

    def test_the_runs_of_a_resource_come_oldest_first_and_the_latest_at_once(
        self, units: OpenUnitOfWork
    ) -> None:
        busy, idle = (add_resource(units, add_credential(units, name=name)) for name in "ab")
        never = add_resource(units, add_credential(units, name="c"))
        first = end_run(units, queue_run(units, busy))
        second = queue_run(units, busy, RunAction.DESTROY, at=NOW - HOUR)
        only = queue_run(units, idle)
        with units() as work:
            assert list(work.runs.of_resource(busy.id)) == [first, second]
            assert list(work.runs.of_resource(never.id)) == []
            latest = work.runs.latest([busy.id, idle.id, never.id, NO_RESOURCE])
            assert dict(latest) == {busy.id: second, idle.id: only}
            assert dict(work.runs.latest([])) == {}

    def test_what_never_existed_has_no_run(self, units: OpenUnitOfWork) -> None:
        ghost = Run(
            id=NO_RUN,
            resource_id=NO_RESOURCE,
            action=RunAction.PROVISION,
            status=RunStatus.QUEUED,
            history=(Stamp(status=RunStatus.QUEUED, at=NOW),),
        )
        with units() as work:
            assert work.runs.active(NO_RESOURCE) is None
            with pytest.raises(NotFound, match="resource"):
                work.runs.queue(NO_RESOURCE, RunAction.PROVISION, at=NOW)
            for ask in (
                lambda: work.runs.get(NO_RUN),
                lambda: work.runs.save(ghost),
                lambda: work.runs.request_cancel(NO_RUN, at=NOW),
            ):
                with pytest.raises(NotFound, match="no run 987654"):
                    ask()


def now(units: OpenUnitOfWork) -> datetime:
    with units() as work:
        return work.now()


class ForsakenRunsContract:
    """Subclasses bring `units` and `let_pass`."""

    def test_an_active_run_that_nobody_works_on_is_forsaken(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        asked = now(units) - 2 * HOUR
        never, held, late, free = (
            queue_run(units, resource, at=asked) for resource in self._resources(units, 4)
        )
        self._claim(units, held, LONG)
        self._claim(units, late, SHORT)
        self._claim(units, free, LONG, give_back=True)
        let_pass(2 * SHORT)
        assert self._forsaken(units) == [never.id, late.id, free.id]
        assert self._forsaken(units, limit=1) == [never.id]

    def test_neither_a_run_that_ended_nor_one_just_asked_for_is_forsaken(
        self, units: OpenUnitOfWork, let_pass: LetPass
    ) -> None:
        first, second = self._resources(units, 2)
        end_run(units, queue_run(units, first, at=now(units) - 2 * HOUR))
        young = queue_run(units, second, at=now(units))
        let_pass(SHORT)
        assert self._forsaken(units) == []
        with units() as work:
            found = work.runs.forsaken(patience=timedelta(0), limit=10)
        assert list(found) == [young]

    @staticmethod
    def _resources(units: OpenUnitOfWork, count: int) -> list[Resource]:
        owner = add_credential(units)
        return [add_resource(units, owner, name=f"web-{number}") for number in range(count)]

    @staticmethod
    def _claim(
        units: OpenUnitOfWork, run: Run, duration: timedelta, *, give_back: bool = False
    ) -> None:
        with units() as work:
            name = terraform_lease(run.resource_id)
            lease = work.leases.claim(name, holder="worker", duration=duration)
            if give_back:
                work.leases.release(lease)
            work.commit()

    @staticmethod
    def _forsaken(units: OpenUnitOfWork, *, limit: int = 10) -> list[RunId]:
        with units() as work:
            found = work.runs.forsaken(patience=HOUR, limit=limit)
        return [run.id for run in found]
