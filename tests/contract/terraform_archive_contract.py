"""What every store promises about forgetting what Terraform said and knew."""

from application.ports.unit_of_work import OpenUnitOfWork
from domain.provisioning import Resource, ResourceStatus, Run
from domain.retention import Ledger
from tests.contract.provisioning_builders import (
    a_line,
    a_state,
    add_resource,
    an_object,
    become,
    begin_step,
    end_run,
    put_state,
    queue_run,
)
from tests.contract.store_builders import HOUR, NOW, add_credential

LATER = NOW + 100 * HOUR
BUILT = (ResourceStatus.PROVISIONING, ResourceStatus.ACTIVE)
FAILED = (ResourceStatus.PROVISIONING, ResourceStatus.FAILED)
GONE = (*BUILT, ResourceStatus.DESTROYING, ResourceStatus.DESTROYED)


def forget_all(units: OpenUnitOfWork, ledger: Ledger, *, limit: int) -> list[int]:
    """Forget what is old in lots of *limit*, as the clean-up does, and return how many each had."""
    lots: list[int] = []
    while not lots or lots[-1] == limit:
        with units() as work:
            lots.append(work.archive.forget(ledger, before=LATER, limit=limit))
            work.commit()
    return lots


def a_talkative_run(units: OpenUnitOfWork, resource: Resource, *, lines: int = 3) -> Run:
    """Run two steps, of which the first says nothing."""
    run = queue_run(units, resource)
    begin_step(units, run)
    step = begin_step(units, run)
    with units() as work:
        work.run_log.write(step.id, [a_line(number) for number in range(lines)])
        work.commit()
    return run


class TerraformArchiveContract:
    def test_what_old_runs_said_is_forgotten_and_the_runs_stay(self, units: OpenUnitOfWork) -> None:
        resource = become(units, add_resource(units, add_credential(units)), *BUILT)
        old = end_run(units, a_talkative_run(units, resource), at=NOW)
        young = end_run(units, a_talkative_run(units, resource), at=LATER)
        assert forget_all(units, Ledger.TERRAFORM_LOGS, limit=2) == [2, 2, 1]
        with units() as work:
            assert list(work.runs.of_resource(resource.id)) == [old, young]
            assert list(work.run_log.steps(old.id)) == []
            assert list(work.run_log.read(old.id, limit=10)) == []
            assert len(work.run_log.steps(young.id)) == 2
            assert len(work.run_log.read(young.id, limit=10)) == 3

    def test_whatever_the_size_of_a_lot_everything_old_is_forgotten(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        for limit in (1, 3, 4, 5, 8, 100):
            resource = become(units, add_resource(units, owner, name=f"web-{limit}"), *BUILT)
            runs = [end_run(units, a_talkative_run(units, resource, lines=n)) for n in (0, 4)]
            assert sum(forget_all(units, Ledger.TERRAFORM_LOGS, limit=limit)) == 8
            with units() as work:
                assert [list(work.run_log.steps(run.id)) for run in runs] == [[], []]

    def test_what_a_run_said_is_kept_while_it_is_active_or_its_resource_is_broken(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        at_work = become(units, add_resource(units, owner, name="a"), *BUILT)
        broken = become(units, add_resource(units, owner, name="b"), *FAILED)
        runs = [a_talkative_run(units, at_work), end_run(units, a_talkative_run(units, broken))]
        assert forget_all(units, Ledger.TERRAFORM_LOGS, limit=10) == [0]
        with units() as work:
            assert [len(work.run_log.steps(run.id)) for run in runs] == [2, 2]

    def test_only_states_of_what_was_destroyed_long_ago_are_forgotten(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        gone = become(units, add_resource(units, owner, name="a"), *GONE)
        there = become(units, add_resource(units, owner, name="b"), *BUILT)
        for resource in (gone, there):
            for serial in range(3):
                put_state(units, resource, a_state(serial), an_object("i-1"))
        with units() as work:
            forget = work.archive.forget
            assert forget(Ledger.TERRAFORM_STATES, before=gone.updated_at, limit=10) == 0
        assert forget_all(units, Ledger.TERRAFORM_STATES, limit=2) == [2, 1]
        with units() as work:
            assert list(work.states.versions(gone.id)) == []
            assert len(work.states.versions(there.id)) == 3
            assert work.resources.get(gone.id) == gone
