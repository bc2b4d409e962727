"""What may be forgotten, in memory."""

from collections.abc import Hashable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from adapters.fakes.memory_ledgers import by_start
from adapters.fakes.memory_tables import Tables
from application.ports.repositories import Archive
from domain.accounts import CredentialId
from domain.inventory import ItemState
from domain.provisioning import ResourceId, ResourceStatus, Run
from domain.retention import Ledger
from domain.syncs import SyncRun, SyncRunId, SyncStatus


class MemoryArchive(Archive):
    """Forgets what is old in the tables of one unit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def forget(self, ledger: Ledger, *, before: datetime, limit: int) -> int:
        """Delete a bounded number of old records; an item takes its changes along."""
        match ledger:
            case Ledger.SYNC_RUNS:
                return _drop(self._tables.runs, self._old_runs(before)[:limit])
            case Ledger.INVENTORY_CHANGES:
                old = [key for key, kept in self._tables.changes.items() if kept.at < before]
                return _drop(self._tables.changes, old[:limit])
            case Ledger.DELETED_ITEMS:
                return self._forget_items(before, limit)
            case Ledger.COSTS:
                return self._forget_costs(before.astimezone(UTC).date(), limit)
            case Ledger.TERRAFORM_LOGS:
                return self._forget_logs(before, limit)
            case Ledger.TERRAFORM_STATES:
                return _drop(self._tables.states, self._old_states(before)[:limit])

    def _old_runs(self, before: datetime) -> list[SyncRunId]:
        latest: dict[CredentialId, SyncRun] = {}
        for run in sorted(self._tables.runs.values(), key=by_start):
            latest[run.credential_id] = run
        return [
            run.id
            for run in self._tables.runs.values()
            if run.status is not SyncStatus.RUNNING
            and run.finished_at is not None
            and run.finished_at < before
            and latest[run.credential_id].id != run.id
        ]

    def _forget_items(self, before: datetime, limit: int) -> int:
        items = [kept.item for kept in self._tables.items.values()]
        gone = [item for item in items if item.state is ItemState.DELETED and item.deleted_at]
        old = [item for item in gone if item.deleted_at and item.deleted_at < before][:limit]
        forgotten = {item.id for item in old}
        changes = self._tables.changes
        _drop(changes, [key for key, kept in changes.items() if kept.item_id in forgotten])
        _drop(self._tables.identities, [(i.scope, i.resource.external_id) for i in old])
        return _drop(self._tables.items, [item.id for item in old])

    def _forget_costs(self, before: date, limit: int) -> int:
        charges, coverage = self._tables.charges, self._tables.coverage
        _drop(coverage, [key for key in coverage if key[2] < before])
        return _drop(charges, [key for key, kept in charges.items() if kept.day < before][:limit])

    def _forget_logs(self, before: datetime, limit: int) -> int:
        old = {run.id for run in self._tables.terraform_runs.values() if self._is_old(run, before)}
        lines, steps = self._tables.lines, self._tables.steps
        dropped = _drop(lines, [place for place in lines if place[0] in old][:limit])
        rest = [place for place in steps if place[0] in old][: limit - dropped]
        return dropped + _drop(steps, rest)

    def _is_old(self, run: Run, before: datetime) -> bool:
        """What the next run of a resource that failed looks at is not old."""
        settled = {ResourceStatus.ACTIVE, ResourceStatus.DESTROYED}
        known = self._tables.resources[run.resource_id].status in settled
        return known and run.ended_at is not None and run.ended_at < before

    def _old_states(self, before: datetime) -> list[tuple[ResourceId, int]]:
        gone = {
            there.id
            for there in self._tables.resources.values()
            if there.status is ResourceStatus.DESTROYED and there.updated_at < before
        }
        return [key for key in self._tables.states if key[0] in gone]


def _drop(table: dict[Any, Any], keys: Sequence[Hashable]) -> int:
    for key in keys:
        del table[key]
    return len(keys)
