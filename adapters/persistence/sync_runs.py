"""Sync runs in PostgreSQL."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Column, cast, func, insert, select, true, update

from adapters.persistence.rows import sync_run_from
from adapters.persistence.session import Session
from adapters.persistence.tables import sync_runs
from adapters.persistence.trouble_documents import trouble_to
from application.ports.errors import NotFound
from application.ports.repositories import SyncRuns
from domain.accounts import CredentialId
from domain.health import Trouble
from domain.syncs import ChangeCounts, SyncRun, SyncRunId, SyncStatus

_RUNNING = sync_runs.c.status == SyncStatus.RUNNING.value
_NOTHING_YET = {"scopes_covered": 0, "troubles": [], **asdict(ChangeCounts())}


class SqlSyncRuns(SyncRuns):
    """The table `sync_runs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def start(self, credential_id: CredentialId, *, at: datetime) -> SyncRun:
        """Insert a running run, after ending what a dead worker left running."""
        self.abandon(credential_id, at=at)
        row = insert(sync_runs).values(
            credential_id=credential_id,
            status=SyncStatus.RUNNING.value,
            started_at=at,
            **_NOTHING_YET,
        )
        return sync_run_from(self._session.attempt(row.returning(sync_runs)).one())

    def abandon(self, credential_id: CredentialId, *, at: datetime) -> None:
        """End what a dead worker left running."""
        left_over = update(sync_runs).where(sync_runs.c.credential_id == credential_id, _RUNNING)
        self._session.run(left_over.values(status=SyncStatus.ABANDONED.value, finished_at=at))

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
        ended = update(sync_runs).where(sync_runs.c.id == run_id, _RUNNING)
        ended = ended.values(
            status=status.value,
            finished_at=at,
            scopes_covered=scopes_covered,
            troubles=[trouble_to(trouble) for trouble in troubles],
            **asdict(counts),
        )
        row = self._session.run(ended.returning(sync_runs)).one_or_none()
        if row is None:
            raise NotFound(
                f"Sync run {run_id} is not running.",
                remedy="It ended, or a newer run of its credential took its place.",
            )
        return sync_run_from(row)

    def latest_of(self, credential_ids: Collection[CredentialId]) -> Mapping[CredentialId, SyncRun]:
        """Look once into the index for each credential, in one statement."""
        ids = cast(list(credential_ids), ARRAY(BigInteger))
        wanted = func.unnest(ids).table_valued(Column("id", BigInteger), name="wanted")
        wanted = wanted.render_derived()
        runs = select(sync_runs).where(sync_runs.c.credential_id == wanted.c.id)
        runs = runs.order_by(sync_runs.c.started_at.desc(), sync_runs.c.id.desc()).limit(1)
        newest = runs.correlate(wanted).lateral("newest")
        rows = self._session.run(select(newest).join_from(wanted, newest, true()))
        return {run.credential_id: run for run in map(sync_run_from, rows)}
