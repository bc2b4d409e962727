"""Plain numbers about everything, counted in memory."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from adapters.fakes.memory_ledgers import by_start
from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.figures import (
    CostDaysFigure,
    CredentialFigure,
    Figures,
    ItemFigure,
    JobFigure,
    RunFigure,
    SyncFigure,
)
from domain.accounts import Credential, CredentialId
from domain.costs import Period
from domain.leases import holds
from domain.provisioning import ResourceStatus
from domain.syncs import ScopeStatus, SyncRun, SyncStatus

Thing = TypeVar("Thing")
Key = TypeVar("Key")


class MemoryFigures(Figures):
    """Counts over the tables of one unit."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def items(self) -> Sequence[ItemFigure]:
        """Count the inventory."""
        kept = [each.item for each in self._tables.items.values()]
        alike = _alike(kept, lambda item: (item.scope.kind, item.state))
        return [
            ItemFigure(kind=kind, state=state, count=len(found))
            for (kind, state), found in alike.items()
        ]

    def credentials(self) -> Sequence[CredentialFigure]:
        """Look at each active credential."""
        known = sorted(self._tables.credentials.values(), key=lambda each: each.id)
        return [self._credential(each) for each in known if each.active]

    def _credential(self, credential: Credential) -> CredentialFigure:
        last = max(self._ended(credential.id), key=by_start, default=None)
        health = self._tables.health.get(credential.id)
        return CredentialFigure(
            credential_id=credential.id,
            name=credential.name.text,
            provider=credential.provider,
            created_at=credential.created_at,
            complete_since=self._complete_since(credential.id),
            last_status=last.status if last else None,
            last_duration=_duration(last) if last else None,
            health=health.status if health else None,
        )

    def _complete_since(self, credential_id: CredentialId) -> datetime | None:
        completions = [
            record.completed_at
            for scope, record in self._tables.scopes.items()
            if scope.credential_id == credential_id
            and record.status is not ScopeStatus.OUT_OF_REACH
        ]
        known = [each for each in completions if each is not None]
        return min(known) if known and len(known) == len(completions) else None

    def _ended(self, credential_id: CredentialId | None = None) -> Collection[SyncRun]:
        return [
            run
            for run in self._tables.runs.values()
            if run.status is not SyncStatus.RUNNING and credential_id in {None, run.credential_id}
        ]

    def syncs(self, *, ended_since: datetime) -> Sequence[SyncFigure]:
        """Add up the syncs of a time."""
        ended = [run for run in self._ended() if run.finished_at and run.finished_at >= ended_since]
        providers = {known: each.provider for known, each in self._tables.credentials.items()}
        alike = _alike(ended, lambda run: (providers[run.credential_id], run.status))
        return [
            SyncFigure(
                provider=provider,
                status=status,
                count=len(found),
                total=sum(map(_duration, found), timedelta()),
                longest=max(map(_duration, found)),
            )
            for (provider, status), found in alike.items()
        ]

    def runs(self, *, ended_since: datetime) -> Sequence[RunFigure]:
        """Count what is active, and what ended in a time."""
        counted = [
            run
            for run in self._tables.terraform_runs.values()
            if run.ended_at is None or run.ended_at >= ended_since
        ]
        alike = _alike(counted, lambda run: (run.action, run.status))
        return [
            RunFigure(
                action=action,
                status=status,
                count=len(found),
                oldest_queued_at=min(run.queued_at for run in found),
            )
            for (action, status), found in alike.items()
        ]

    def leaking_resources(self) -> int:
        """Look at the last run of each failed resource."""
        runs = sorted(self._tables.terraform_runs.values(), key=lambda run: run.id)
        last = {run.resource_id: run for run in runs}
        failed = {
            each.id
            for each in self._tables.resources.values()
            if each.status is ResourceStatus.FAILED
        }
        return sum(bool(run.leaks) for owner, run in last.items() if owner in failed)

    def jobs(self) -> Sequence[JobFigure]:
        """Count the jobs of active credentials."""
        known = self._tables.credentials
        counted = [
            job for job in self._tables.jobs.values() if known[job.subject.credential_id].active
        ]
        alike = _alike(counted, lambda job: (job.subject.kind, job.status))
        return [
            JobFigure(
                kind=kind,
                status=status,
                count=len(found),
                oldest_due_at=min(job.due_at for job in found),
            )
            for (kind, status), found in alike.items()
        ]

    def cost_days(self, within: Period) -> Sequence[CostDaysFigure]:
        """Count the covered days of a period."""
        covered = [each for each in self._tables.coverage if within.first <= each[2] <= within.last]
        return [
            CostDaysFigure(
                credential_id=credential_id,
                sub_account_id=sub_account_id,
                days=len(found),
                last_read=max(day for _, _, day in found),
            )
            for (credential_id, sub_account_id), found in _alike(
                covered, lambda each: each[:2]
            ).items()
        ]

    def leases(self) -> Mapping[str, int]:
        """Count what has not run out."""
        now = self._clock.now()
        held = [
            name
            for name, lease in self._tables.leases.items()
            if lease.expires_at is not None and holds(lease.expires_at, at=now)
        ]
        return {
            work: len(found)
            for work, found in _alike(held, lambda name: name.partition(":")[0]).items()
        }


def _alike(things: Iterable[Thing], key: Callable[[Thing], Key]) -> Mapping[Key, list[Thing]]:
    found: dict[Key, list[Thing]] = defaultdict(list)
    for thing in things:
        found[key(thing)].append(thing)
    return found


def _duration(run: SyncRun) -> timedelta:
    return (run.finished_at or run.started_at) - run.started_at
