"""Runs of Terraform in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.errors import Conflict
from application.ports.runs import Runs
from domain.leases import holds, terraform_lease
from domain.provisioning import ResourceId, Run, RunAction, RunId, RunStatus, Stamp


class MemoryRuns(Runs):
    """Runs, kept in the tables of one unit."""

    def __init__(self, tables: Tables, ids: Iterator[int], clock: Clock) -> None:
        self._tables = tables
        self._ids = ids
        self._clock = clock

    def queue(self, resource_id: ResourceId, action: RunAction, *, at: datetime) -> Run:
        """Add a run."""
        there = self.active(self._tables.resource(resource_id).id)
        if there is not None:
            raise Conflict(f"Resource {resource_id} is being worked on by run {there.id}.")
        return self._keep(
            Run(
                id=RunId(next(self._ids)),
                resource_id=resource_id,
                action=action,
                status=RunStatus.QUEUED,
                history=(Stamp(status=RunStatus.QUEUED, at=at),),
            )
        )

    def get(self, run_id: RunId) -> Run:
        """Return the run with this id."""
        return self._tables.terraform_run(run_id)

    def active(self, resource_id: ResourceId) -> Run | None:
        """Return the one run that has not ended."""
        return next((run for run in self.of_resource(resource_id) if run.status.active), None)

    def latest(self, resource_ids: Collection[ResourceId]) -> Mapping[ResourceId, Run]:
        """Return the run with the greatest id of each."""
        return {run.resource_id: run for run in self._in_order() if run.resource_id in resource_ids}

    def of_resource(self, resource_id: ResourceId) -> Sequence[Run]:
        """Return the runs of the resource by id."""
        return [run for run in self._in_order() if run.resource_id == resource_id]

    def save(self, run: Run) -> None:
        """Overwrite what moves while a run is worked on."""
        there = self.get(run.id)
        self._keep(
            replace(there, status=run.status, history=run.history, error=run.error, leaks=run.leaks)
        )

    def request_cancel(self, run_id: RunId, *, at: datetime) -> Run:
        """Stamp the request, unless there was one."""
        run = self.get(run_id)
        if not run.status.active:
            raise Conflict(f"Run {run_id} has ended: there is nothing to cancel.")
        return self._keep(replace(run, cancel_requested_at=run.cancel_requested_at or at))

    def forsaken(self, *, patience: timedelta, limit: int) -> Sequence[Run]:
        """Return active runs whose lease nobody holds."""
        now = self._clock.now()
        waited = [run for run in self._in_order() if not now - patience <= run.queued_at <= now]
        return [run for run in waited if run.status.active and not self._worked_on(run)][:limit]

    def _worked_on(self, run: Run) -> bool:
        lease = self._tables.leases.get(terraform_lease(run.resource_id))
        if lease is None or lease.expires_at is None:
            return False
        return holds(lease.expires_at, at=self._clock.now())

    def _keep(self, run: Run) -> Run:
        self._tables.terraform_runs[run.id] = run
        return run

    def _in_order(self) -> list[Run]:
        return [run for _, run in sorted(self._tables.terraform_runs.items())]
