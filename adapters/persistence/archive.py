"""Forgetting in PostgreSQL, a bounded number of rows at a time."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Select, Table, and_, delete, exists, func, or_, select, tuple_

from adapters.persistence.archive_of_runs import forget_logs, forget_states
from adapters.persistence.cost_rows import midnight
from adapters.persistence.session import Session
from adapters.persistence.tables import (
    cost_coverage,
    cost_data,
    inventory_changes,
    resource_inventory,
    sync_runs,
)
from application.ports.repositories import Archive
from domain.inventory import ItemState
from domain.retention import Ledger
from domain.syncs import SyncStatus


class SqlArchive(Archive):
    """Deletes old rows of the tables that grow with time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def forget(self, ledger: Ledger, *, before: datetime, limit: int) -> int:
        """Delete a bounded number of old rows; an item takes its changes along."""
        match ledger:
            case Ledger.SYNC_RUNS:
                return self._delete(sync_runs, _old_runs(before).limit(limit))
            case Ledger.INVENTORY_CHANGES:
                return self._delete(inventory_changes, _old_changes(before).limit(limit))
            case Ledger.DELETED_ITEMS:
                return self._forget_items(_old_items(before).limit(limit))
            case Ledger.COSTS:
                return self._forget_costs(before.astimezone(UTC).date(), limit)
            case Ledger.TERRAFORM_LOGS:
                return forget_logs(self._session, before, limit)
            case Ledger.TERRAFORM_STATES:
                return forget_states(self._session, before, limit)

    def _delete(self, table: Table, keys: Select[Any]) -> int:
        key = tuple_(*table.primary_key.columns)
        return self._session.run(delete(table).where(key.in_(keys))).rowcount

    def _forget_costs(self, before: date, limit: int) -> int:
        """Delete charges; before the first is gone, the days are no longer covered.

        Whatever ends this early, no day is believed to have cost what is left of it.
        """
        self._session.run(delete(cost_coverage).where(cost_coverage.c.day < before))
        at = cost_data.c.charge_period_start
        old = select(cost_data.c.id).where(at < midnight(before)).order_by(at)
        return self._delete(cost_data, old.limit(limit))

    def _forget_items(self, old: Select[Any]) -> int:
        gone = self._session.run(old.with_for_update()).scalars().all()
        changes, items = inventory_changes.c.item_id, resource_inventory.c.id
        self._session.run(delete(inventory_changes).where(changes == func.any(list(gone))))
        return self._session.run(
            delete(resource_inventory).where(items == func.any(list(gone)))
        ).rowcount


def _old_changes(before: datetime) -> Select[Any]:
    at = inventory_changes.c.at
    return select(*inventory_changes.primary_key.columns).where(at < before).order_by(at)


def _old_runs(before: datetime) -> Select[Any]:
    later = sync_runs.alias("later")
    overtaken = exists().where(
        later.c.credential_id == sync_runs.c.credential_id,
        or_(
            later.c.started_at > sync_runs.c.started_at,
            and_(later.c.started_at == sync_runs.c.started_at, later.c.id > sync_runs.c.id),
        ),
    )
    ended = sync_runs.c.status != SyncStatus.RUNNING.value
    return select(sync_runs.c.id).where(sync_runs.c.finished_at < before, ended, overtaken)


def _old_items(before: datetime) -> Select[Any]:
    items = resource_inventory.c
    gone = items.state == ItemState.DELETED.value
    return select(items.id).where(items.deleted_at < before, gone)
