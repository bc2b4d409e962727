"""Plain numbers about everything, counted by PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Row, Select, bindparam, case, func, or_, select, true

from adapters.persistence.lease_ends import HELD
from adapters.persistence.session import Session
from adapters.persistence.tables import (
    cost_coverage,
    credentials,
    jobs,
    leases,
    provider_health,
    resource_inventory,
    resources,
    sync_runs,
    sync_scopes,
    terraform_runs,
)
from application.ports.figures import (
    CostDaysFigure,
    CredentialFigure,
    Figures,
    ItemFigure,
    JobFigure,
    RunFigure,
    SyncFigure,
)
from domain.accounts import CredentialId, Provider
from domain.costs import Period, SubAccountId
from domain.health import HealthStatus
from domain.inventory import ItemState, ResourceKind
from domain.jobs import JobKind, JobStatus
from domain.provisioning import ResourceStatus, RunAction, RunStatus
from domain.syncs import ScopeStatus, SyncStatus

_SINCE: Final[BindParameter[datetime]] = bindparam("since")
_COUNT: Final = func.count().label("number")


def _item_figures() -> Select[Any]:
    items = resource_inventory.c
    return select(items.kind, items.state, _COUNT).group_by(items.kind, items.state)


def _credential_figures() -> Select[Any]:
    """Each with its oldest scope and its last sync, both found by an index."""
    ours, looked_at, runs = credentials.c, sync_scopes.c, sync_runs.c
    never = func.bool_or(looked_at.completed_at.is_(None))
    oldest = case((never, None), else_=func.min(looked_at.completed_at)).label("complete_since")
    in_reach = looked_at.status != ScopeStatus.OUT_OF_REACH.value
    scopes = select(looked_at.credential_id, oldest).where(in_reach)
    known = scopes.group_by(looked_at.credential_id).subquery("known")
    ended = select(runs.status, (runs.finished_at - runs.started_at).label("duration")).where(
        runs.credential_id == ours.id, runs.status != SyncStatus.RUNNING.value
    )
    newest = ended.order_by(runs.started_at.desc(), runs.id.desc()).limit(1)
    last = newest.correlate(credentials).lateral("last")
    return (
        select(
            ours.id,
            ours.name,
            ours.provider,
            ours.created_at,
            known.c.complete_since,
            last.c.status.label("last_status"),
            last.c.duration.label("last_duration"),
            provider_health.c.status.label("health"),
        )
        .outerjoin_from(credentials, known, known.c.credential_id == ours.id)
        .outerjoin(provider_health, provider_health.c.credential_id == ours.id)
        .outerjoin(last, true())
        .where(ours.disabled_at.is_(None))
        .order_by(ours.id)
    )


def _sync_figures() -> Select[Any]:
    runs = sync_runs.c
    took = runs.finished_at - runs.started_at
    ours = (credentials.c.provider, runs.status)
    sums = (func.sum(took).label("total"), func.max(took).label("longest"))
    ended = select(*ours, _COUNT, *sums).join_from(
        sync_runs, credentials, credentials.c.id == runs.credential_id
    )
    return ended.where(runs.finished_at >= _SINCE).group_by(*ours)


def _run_figures() -> Select[Any]:
    runs = terraform_runs.c
    ours = (runs.action, runs.status)
    active = runs.status.in_([each.value for each in RunStatus if each.active])
    counted = select(*ours, _COUNT, func.min(runs.queued_at).label("oldest_queued_at"))
    return counted.where(or_(active, runs.ended_at >= _SINCE)).group_by(*ours)


def _leaking_resources() -> Select[Any]:
    runs = terraform_runs.c
    of_resource = select(runs.leaks).where(runs.resource_id == resources.c.id)
    newest = of_resource.order_by(runs.id.desc()).limit(1)
    last = newest.correlate(resources).lateral("last")
    failed = resources.c.status == ResourceStatus.FAILED.value
    joined = select(_COUNT).select_from(resources).join(last, true())
    return joined.where(failed, func.jsonb_array_length(last.c.leaks) > 0)


def _job_figures() -> Select[Any]:
    ours = (jobs.c.kind, jobs.c.status)
    counted = select(*ours, _COUNT, func.min(jobs.c.due_at).label("oldest_due_at"))
    owned = counted.join_from(jobs, credentials, credentials.c.id == jobs.c.credential_id)
    return owned.where(credentials.c.disabled_at.is_(None)).group_by(*ours)


def _cost_days() -> Select[Any]:
    read = cost_coverage.c
    ours = (read.credential_id, read.sub_account_id)
    counted = select(*ours, _COUNT, func.max(read.day).label("last_read")).group_by(*ours)
    return counted.where(read.day.between(bindparam("first"), bindparam("last")))


def _held_leases() -> Select[Any]:
    work = func.split_part(leases.c.name, ":", 1).label("work")
    return select(work, _COUNT).where(HELD).group_by(work)


_ITEMS: Final = _item_figures()
_CREDENTIALS: Final = _credential_figures()
_SYNCS: Final = _sync_figures()
_RUNS: Final = _run_figures()
_LEAKING: Final = _leaking_resources()
_JOBS: Final = _job_figures()
_COST_DAYS: Final = _cost_days()
_LEASES: Final = _held_leases()


class SqlFigures(Figures):
    """Counts over the tables; nothing is written."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def items(self) -> Sequence[ItemFigure]:
        """Count the inventory."""
        return [
            ItemFigure(kind=ResourceKind(row.kind), state=ItemState(row.state), count=row.number)
            for row in self._session.run(_ITEMS)
        ]

    def credentials(self) -> Sequence[CredentialFigure]:
        """Look at each active credential."""
        return [_credential_figure_from(row) for row in self._session.run(_CREDENTIALS)]

    def syncs(self, *, ended_since: datetime) -> Sequence[SyncFigure]:
        """Add up the syncs of a time, found by their end."""
        return [
            SyncFigure(
                provider=Provider(row.provider),
                status=SyncStatus(row.status),
                count=row.number,
                total=row.total,
                longest=row.longest,
            )
            for row in self._session.run(_SYNCS, since=ended_since)
        ]

    def runs(self, *, ended_since: datetime) -> Sequence[RunFigure]:
        """Count what is active, and what ended in a time."""
        return [
            RunFigure(
                action=RunAction(row.action),
                status=RunStatus(row.status),
                count=row.number,
                oldest_queued_at=row.oldest_queued_at,
            )
            for row in self._session.run(_RUNS, since=ended_since)
        ]

    def leaking_resources(self) -> int:
        """Look at the last run of each failed resource."""
        count: int = self._session.run(_LEAKING).scalar_one()
        return count

    def jobs(self) -> Sequence[JobFigure]:
        """Count the jobs, of which an active credential has one of each kind."""
        return [
            JobFigure(
                kind=JobKind(row.kind),
                status=JobStatus(row.status),
                count=row.number,
                oldest_due_at=row.oldest_due_at,
            )
            for row in self._session.run(_JOBS)
        ]

    def cost_days(self, within: Period) -> Sequence[CostDaysFigure]:
        """Count the covered days of a period."""
        return [
            CostDaysFigure(
                credential_id=CredentialId(row.credential_id),
                sub_account_id=SubAccountId(row.sub_account_id),
                days=row.number,
                last_read=row.last_read,
            )
            for row in self._session.run(_COST_DAYS, first=within.first, last=within.last)
        ]

    def leases(self) -> Mapping[str, int]:
        """Count what has not run out by the clock of the database."""
        return {row.work: row.number for row in self._session.run(_LEASES)}


def _credential_figure_from(row: Row[Any]) -> CredentialFigure:
    return CredentialFigure(
        credential_id=CredentialId(row.id),
        name=row.name,
        provider=Provider(row.provider),
        created_at=row.created_at,
        complete_since=row.complete_since,
        last_status=None if row.last_status is None else SyncStatus(row.last_status),
        last_duration=row.last_duration,
        health=None if row.health is None else HealthStatus(row.health),
    )
