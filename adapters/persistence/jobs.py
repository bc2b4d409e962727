"""Background work in PostgreSQL, timed by its clock."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.clock import server_time
from adapters.persistence.job_statements import (
    ORPHANS,
    PRESSURE,
    SEND,
    UNSEND,
    asking_for,
    with_provider,
)
from adapters.persistence.session import Session
from adapters.persistence.tables import jobs
from application.ports.jobs import Jobs, Pressure
from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import (
    JobKind,
    JobRecord,
    JobRequest,
    JobStatus,
    JobSubject,
    MessageId,
    Urgency,
)
from domain.leases import LeaseName


class SqlJobs(Jobs):
    """The table `jobs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def request(self, requests: Iterable[JobRequest]) -> int:
        """Upsert all of them in one statement."""
        asked = {each.subject.name: each for each in requests}
        if not asked:
            return 0
        at = server_time(self._session)
        statement = asking_for(_columns(asked.values())).returning(jobs.c.queued_at)
        rows = self._session.run(statement, at=at)
        return sum(row.queued_at == at for row in rows)

    def find(self, subject: JobSubject, *, for_update: bool = False) -> JobRecord | None:
        """Read the row."""
        query = with_provider().where(jobs.c.name == subject.name)
        if for_update:
            query = query.with_for_update(of=jobs)
        row = self._session.run(query).one_or_none()
        return None if row is None else job_from(row)

    def save(self, record: JobRecord) -> None:
        """Insert the row or overwrite it."""
        row = insert(jobs).values(job_to(record))
        changed = {name: row.excluded[name] for name in job_to(record) if name != "name"}
        self._session.run(row.on_conflict_do_update(index_elements=[jobs.c.name], set_=changed))

    def pressure(self, *, lately: timedelta, lost_after: timedelta) -> Pressure:
        """Count both in one statement."""
        row = self._session.run(PRESSURE, lately=lately, lost_after=lost_after).one()
        return Pressure(outstanding=row.outstanding, taken=row.taken)

    def send(self, *, urgency: Urgency, limit: int, lost_after: timedelta) -> Sequence[JobRecord]:
        """Choose and mark in one statement, so that two who do it share the work."""
        rows = self._session.run(
            SEND, of_urgency=urgency.value, most=limit, lost_after=lost_after
        ).all()
        return [job_from(row) for row in sorted(rows, key=lambda row: (row.place, row.due_at))]

    def unsend(self, names: Collection[LeaseName]) -> None:
        """Clear the mark."""
        self._session.run(UNSEND, names=list(names))

    def orphans(self, *, limit: int) -> Sequence[JobRecord]:
        """Read running jobs without a living lease, those that began first first."""
        return [job_from(row) for row in self._session.run(ORPHANS, most=limit)]


def _columns(requests: Iterable[JobRequest]) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {
        name: [] for name in ("name", "kind", "user_id", "credential_id", "urgency", "due_at")
    }
    for each in requests:
        columns["name"].append(each.subject.name)
        columns["kind"].append(each.subject.kind.value)
        columns["user_id"].append(each.subject.user_id)
        columns["credential_id"].append(each.subject.credential_id)
        columns["urgency"].append(each.urgency.value)
        columns["due_at"].append(each.due_at)
    return columns


def job_to(record: JobRecord) -> dict[str, object]:
    """Return the row that stands for *record*."""
    return {
        "name": record.subject.name,
        "kind": record.subject.kind.value,
        "user_id": record.subject.user_id,
        "credential_id": record.subject.credential_id,
        "status": record.status.value,
        "urgency": record.urgency.value,
        "occurrence": record.occurrence,
        "queued_at": record.queued_at,
        "due_at": record.due_at,
        "sent_at": record.sent_at,
        "started_at": record.started_at,
        "ended_at": record.ended_at,
        "attempts": record.attempts,
        "reason": record.reason,
        "done_by": record.done_by,
        "asked_again": record.asked_again,
    }


def job_from(row: Row[Any]) -> JobRecord:
    """Return the job that *row*, which has the provider too, stands for."""
    return JobRecord(
        subject=JobSubject(
            kind=JobKind(row.kind),
            user_id=UserId(row.user_id),
            credential_id=CredentialId(row.credential_id),
            provider=Provider(row.provider),
        ),
        status=JobStatus(row.status),
        urgency=Urgency(row.urgency),
        occurrence=row.occurrence,
        queued_at=row.queued_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempts=row.attempts,
        reason=row.reason,
        done_by=None if row.done_by is None else MessageId(row.done_by),
        asked_again=row.asked_again,
    )
