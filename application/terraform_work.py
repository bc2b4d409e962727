"""Take up the work on one resource alone, and give it back."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.leasing import given_back
from application.ports.clock import Clock
from application.ports.errors import LeaseTaken
from application.ports.secret_box import SecretBox
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.run_journal import RunJournal
from application.run_orders import RunOrder, read_order
from application.terraform_runs import TerraformRuns
from domain.leases import Lease, terraform_lease
from domain.provisioning import Resource, ResourceId, ResourceStatus, Run, RunAction

LEASE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """How far a resource is after somebody worked on it."""

    resource_id: ResourceId
    resource_status: ResourceStatus
    run: Run | None
    """The run that was worked on; None where there was nothing to do."""
    busy: bool = False
    """Whether somebody else works on it already."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        outcome = "already_running" if self.busy else "nothing_to_do"
        return {
            "resource_id": self.resource_id,
            "status": self.resource_status.value,
            "run_id": None if self.run is None else self.run.id,
            "outcome": outcome if self.run is None else self.run.status.value,
        }


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
    ) -> None:
        self._unit_of_work = unit_of_work
        self._runs = runs
        self._secret_box = secret_box
        self._clock = clock
        self._holder = holder
        self._lease_duration = lease_duration

    def __call__(self, resource_id: ResourceId, action: RunAction) -> RunReport:
        """Bring the resource's active run, if it is for *action*, to its end; report it.

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
            run = self._runs.of(order, self._journal(order, order.run, lease))
            ended = run()
            last.append(run.leave)
            return RunReport(
                resource_id=resource_id, resource_status=run.resource.status, run=ended
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


def _nothing_done(resource: Resource, *, busy: bool = False) -> RunReport:
    return RunReport(resource_id=resource.id, resource_status=resource.status, run=None, busy=busy)
