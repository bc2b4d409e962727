"""Take up the work on one resource alone, and give it back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.leasing import given_back
from application.ports.clock import Clock
from application.ports.errors import LeaseTaken
from application.ports.secret_box import SecretBox
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.run_failures import RunFailed
from application.run_journal import RunJournal
from application.run_orders import RunOrder, read_order
from application.subject import about
from application.terraform_run import TerraformRun
from application.terraform_runs import TerraformRuns
from domain.leases import Lease, terraform_lease
from domain.provisioning import Resource, ResourceId, ResourceStatus, Run, RunAction

LEASE: Final = timedelta(minutes=1)
MOST_DEATHS: Final = 3
"""How many workers in a row may die of one run before it comes to the end of an apply."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How far a resource is after somebody worked on it."""

    resource_id: ResourceId
    resource_status: ResourceStatus
    run: Run | None
    """The run that was worked on; None where there was nothing to do.

    It is active still if the worker was told to stop before it ended.
    """
    busy: bool = False
    """Whether somebody else works on it already."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {
            "resource_id": self.resource_id,
            "status": self.resource_status.value,
            "run_id": None if self.run is None else self.run.id,
            "outcome": self._outcome(),
        }

    def _outcome(self) -> str:
        if self.run is None:
            return "already_running" if self.busy else "nothing_to_do"
        return "left_unfinished" if self.run.status.active else self.run.status.value


class TerraformWork:
    """Works on one resource at a time, alone, and goes on with what somebody else left."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        runs: TerraformRuns,
        secret_box: SecretBox,
        clock: Clock,
        holder: str,
        lease_duration: timedelta = LEASE,
        most_deaths: int = MOST_DEATHS,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._runs = runs
        self._secret_box = secret_box
        self._clock = clock
        self._holder = holder
        self._lease_duration = lease_duration
        self._most_deaths = most_deaths

    def __call__(self, resource_id: ResourceId, action: RunAction) -> RunReport:
        """Bring the resource's active run, if it is for *action*, to its end; report it.

        A worker that is to stop leaves it as it is, for the next one to go on with.

        Raises:
            NotFound: there is no such resource.
            LeaseLost: another worker took over; what it writes counts.
            Transient: the store is away; whoever asks again goes on from there.
        """
        with self._unit_of_work() as work:
            try:
                lease = self._claim(work, resource_id)
            except LeaseTaken:
                return _nothing_done(work.resources.get(resource_id), busy=True)
            order = read_order(work, resource_id)
            work.commit()
        with given_back(self._unit_of_work, lease) as last:
            if order.run is None or order.run.action is not action:
                return _nothing_done(order.resource)
            about(**_ids(order.resource), run_id=order.run.id)
            run = self._runs.of(order, self._journal(order, order.run, lease))
            worked_on = run.run if self._given_up(run, lease) else run()
            if not worked_on.status.active:
                last.append(run.leave)
            return RunReport(
                resource_id=resource_id, resource_status=run.resource.status, run=worked_on
            )

    def _given_up(self, run: TerraformRun, lease: Lease) -> bool:
        """End a run that its workers die of before they get anywhere; tell whether it was one."""
        return lease.lapses >= self._most_deaths and run.give_up(
            RunFailed(
                f"The worker died {lease.lapses} times in a row while it worked on this run. See "
                "the log of the workers and whether they have enough memory, then try again."
            )
        )

    def _claim(self, work: UnitOfWork, resource_id: ResourceId) -> Lease:
        return work.leases.claim(
            terraform_lease(resource_id), holder=self._holder, duration=self._lease_duration
        )

    def _journal(self, order: RunOrder, run: Run, lease: Lease) -> RunJournal:
        return RunJournal(
            unit_of_work=self._unit_of_work,
            clock=self._clock,
            secret_box=self._secret_box,
            lease=lease,
            lease_duration=self._lease_duration,
            resource=order.resource,
            run=run,
        )


def _ids(resource: Resource) -> dict[str, int]:
    return {"user_id": resource.user_id, "credential_id": resource.credential_id}


def _nothing_done(resource: Resource, *, busy: bool = False) -> RunReport:
    return RunReport(resource_id=resource.id, resource_status=resource.status, run=None, busy=busy)
