"""Runs of Terraform in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, NoReturn

from sqlalchemy import ColumnElement, Select, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.clock import NOW
from adapters.persistence.lease_ends import HELD
from adapters.persistence.provisioning_rows import history_to, run_from, run_to
from adapters.persistence.session import Session
from adapters.persistence.tables import ONCE_PER_RESOURCE, leases, terraform_runs
from application.ports.errors import Conflict, NotFound
from application.ports.runs import Runs
from domain.leases import terraform_lease
from domain.provisioning import ResourceId, Run, RunAction, RunId, RunStatus, Stamp

_RUNS = terraform_runs.c
_ACTIVE: Final = _RUNS.status.in_([each.value for each in RunStatus if each.active])
_THIS: Final = _RUNS.id == bindparam("of_run")
_ONE: Final = select(terraform_runs).where(_THIS)
_CHANGE: Final = update(terraform_runs).where(_THIS)
_ACTIVE_ONE: Final = select(terraform_runs).where(
    _RUNS.resource_id == bindparam("of_resource"), _ACTIVE
)
_LEASES_BEGIN: Final = terraform_lease(ResourceId(0)).removesuffix("0")
"""What stands before the id of a resource in the name of its lease."""


class SqlRuns(Runs):
    """The table `terraform_runs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def queue(self, resource_id: ResourceId, action: RunAction, *, at: datetime) -> Run:
        """Insert the run; one that is in the way leaves the unit usable."""
        first = Stamp(status=RunStatus.QUEUED, at=at)
        row = insert(terraform_runs).values(
            resource_id=resource_id,
            action=action.value,
            status=first.status.value,
            history=history_to([first]),
            queued_at=at,
            leaks=[],
        )
        unless_busy = row.on_conflict_do_nothing(
            index_elements=["resource_id"], index_where=ONCE_PER_RESOURCE
        )
        added = self._session.attempt(unless_busy.returning(terraform_runs)).one_or_none()
        return self._in_the_way(resource_id) if added is None else run_from(added)

    def _in_the_way(self, resource_id: ResourceId) -> NoReturn:
        run = self.active(resource_id)
        which = f"run {run.id}, which is {run.status}" if run else "a run that ended just now"
        raise Conflict(
            f"Resource {resource_id} is being worked on by {which}.",
            remedy=f"Follow it with `multicloud logs {resource_id} --follow`, or stop it with "
            f"`multicloud cancel {resource_id}`.",
        )

    def get(self, run_id: RunId) -> Run:
        """Return the run with this id."""
        row = self._session.run(_ONE, of_run=run_id).one_or_none()
        return _missing(run_id) if row is None else run_from(row)

    def active(self, resource_id: ResourceId) -> Run | None:
        """Return the one run that has not ended."""
        row = self._session.run(_ACTIVE_ONE, of_resource=resource_id).one_or_none()
        return None if row is None else run_from(row)

    def latest(self, resource_ids: Collection[ResourceId]) -> Mapping[ResourceId, Run]:
        """Return the run with the greatest id of each."""
        wanted = _RUNS.resource_id == func.any(list(resource_ids))
        newest = select(func.max(_RUNS.id)).where(wanted).group_by(_RUNS.resource_id)
        return {run.resource_id: run for run in self._chosen(_RUNS.id.in_(newest))}

    def of_resource(self, resource_id: ResourceId) -> Sequence[Run]:
        """Return the runs of the resource by id."""
        return self._chosen(_RUNS.resource_id == resource_id)

    def save(self, run: Run) -> None:
        """Overwrite what moves while a run is worked on."""
        if self._session.run(_CHANGE, of_run=run.id, **run_to(run)).rowcount == 0:
            _missing(run.id)

    def request_cancel(self, run_id: RunId, *, at: datetime) -> Run:
        """Stamp the request, unless there was one."""
        first = func.coalesce(_RUNS.cancel_requested_at, at)
        change = update(terraform_runs).where(_RUNS.id == run_id, _RUNS.ended_at.is_(None))
        changed = change.values(cancel_requested_at=first).returning(terraform_runs)
        row = self._session.run(changed).one_or_none()
        if row is None:
            raise Conflict(f"Run {self.get(run_id).id} has ended: there is nothing to cancel.")
        return run_from(row)

    def forsaken(self, *, patience: timedelta, limit: int) -> Sequence[Run]:
        """Return active runs whose lease nobody holds, by the clock of the database."""
        rows = self._session.run(forsaken_runs(patience=patience, limit=limit))
        return [run_from(row) for row in rows]

    def _chosen(self, *conditions: ColumnElement[bool]) -> list[Run]:
        chosen = select(terraform_runs).where(*conditions).order_by(_RUNS.id)
        return [run_from(row) for row in self._session.run(chosen)]


def forsaken_runs(*, patience: timedelta, limit: int) -> Select[tuple[object, ...]]:
    """Return the statement that `forsaken` runs."""
    held = exists().where(
        leases.c.name == func.concat(_LEASES_BEGIN, _RUNS.resource_id),
        HELD,
    )
    waited = or_(_RUNS.queued_at < NOW - patience, _RUNS.queued_at > NOW)
    return select(terraform_runs).where(_ACTIVE, waited, ~held).order_by(_RUNS.id).limit(limit)


def _missing(run_id: RunId) -> NoReturn:
    raise NotFound(
        f"There is no run {run_id}.",
        remedy="List the runs of its resource with `multicloud resources show ID`.",
    )
