"""Scopes, sync runs and health, in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.fakes.memory_tables import Tables
from application.ports.errors import NotFound
from application.ports.repositories import HealthLedger, Scopes, SyncRuns
from domain.accounts import CredentialId
from domain.health import LONGEST_INTERVAL, ProviderHealth, Trouble
from domain.inventory import Scope
from domain.syncs import ChangeCounts, ScopeRecord, SyncRun, SyncRunId, SyncStatus


class MemoryScopes(Scopes):
    """Scope records, kept in the tables of one unit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def of_credential(self, credential_id: CredentialId) -> Mapping[Scope, ScopeRecord]:
        """Return every record of the credential, by scope."""
        records = self._tables.scopes.items()
        return {scope: kept for scope, kept in records if scope.credential_id == credential_id}

    def save(self, record: ScopeRecord) -> None:
        """Keep the record in the place of the one before."""
        self._tables.credential(record.scope.credential_id)
        self._tables.scopes[record.scope] = record


class MemorySyncRuns(SyncRuns):
    """Sync runs, kept in the tables of one unit."""

    def __init__(self, tables: Tables, ids: Iterator[int]) -> None:
        self._tables = tables
        self._ids = ids

    def start(self, credential_id: CredentialId, *, at: datetime) -> SyncRun:
        """Begin a run, after ending what a dead worker left running."""
        self._tables.credential(credential_id)
        self.abandon(credential_id, at=at)
        return self._keep(
            SyncRun(
                id=SyncRunId(next(self._ids)),
                credential_id=credential_id,
                status=SyncStatus.RUNNING,
                started_at=at,
            )
        )

    def abandon(self, credential_id: CredentialId, *, at: datetime) -> None:
        """End what a dead worker left running."""
        for run in list(self._tables.runs.values()):
            if run.credential_id == credential_id and run.status is SyncStatus.RUNNING:
                self._keep(replace(run, status=SyncStatus.ABANDONED, finished_at=at))

    def finish(
        self,
        run_id: SyncRunId,
        status: SyncStatus,
        *,
        at: datetime,
        scopes_covered: int = 0,
        counts: ChangeCounts = ChangeCounts(),  # noqa: B008 - a frozen value
        troubles: Collection[Trouble] = (),
    ) -> SyncRun:
        """End the run, if it is still running."""
        run = self._tables.runs.get(run_id)
        if run is None or run.status is not SyncStatus.RUNNING:
            raise NotFound(f"Sync run {run_id} is not running.")
        ended = replace(run, status=status, finished_at=at, scopes_covered=scopes_covered)
        return self._keep(replace(ended, counts=counts, troubles=tuple(troubles)))

    def latest_of(self, credential_ids: Collection[CredentialId]) -> Mapping[CredentialId, SyncRun]:
        """Return the latest run of each, where there is one."""
        runs = sorted(self._tables.runs.values(), key=by_start)
        return {run.credential_id: run for run in runs if run.credential_id in set(credential_ids)}

    def _keep(self, run: SyncRun) -> SyncRun:
        self._tables.runs[run.id] = run
        return run


class MemoryHealthLedger(HealthLedger):
    """Provider health, kept in the tables of one unit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def get(
        self,
        credential_id: CredentialId,
        *,
        for_update: bool = False,  # noqa: ARG002 - a unit in memory is alone anyway
    ) -> ProviderHealth | None:
        """Return the health."""
        return self._tables.health.get(credential_id)

    def many(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[CredentialId, ProviderHealth]:
        """Return the health of each, where there is one."""
        health = self._tables.health
        return {known: health[known] for known in credential_ids if known in health}

    def save(self, health: ProviderHealth) -> None:
        """Keep the health in the place of the one before."""
        self._tables.credential(health.credential_id)
        self._tables.health[health.credential_id] = health

    def due(
        self, *, at: datetime, after: CredentialId | None, limit: int
    ) -> Sequence[CredentialId]:
        """Return the next active credentials whose check is due."""
        later = sorted(known for known in self._tables.credentials if known > (after or 0))
        return [known for known in later if self._is_due(known, at)][:limit]

    def _is_due(self, credential_id: CredentialId, at: datetime) -> bool:
        health = self._tables.health.get(credential_id)
        waits = health is not None and at < health.next_check_at <= at + LONGEST_INTERVAL
        return not waits and self._tables.credentials[credential_id].active


def by_start(run: SyncRun) -> tuple[datetime, SyncRunId]:
    """Order runs by when they were started."""
    return run.started_at, run.id
