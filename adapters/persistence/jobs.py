"""Background work in PostgreSQL, timed by its clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row

from adapters.persistence.clock import server_time
from adapters.persistence.job_sending import FIRST, FIRST_OF_THE_OLDEST, MARK, tells
from adapters.persistence.job_statements import (
    ASK,
    FIND,
    FIND_FOR_UPDATE,
    ORPHANS,
    PRESSURE,
    SAVE,
    UNSEND,
)
from adapters.persistence.session import Session
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

_LOOKED_AT: Final = 5
"""At how many times what is to be sent is looked first: more than most users have credentials."""


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
        rows = self._session.run(ASK, at=at, **_columns(asked.values()))
        return sum(row.queued_at == at for row in rows)

    def find(self, subject: JobSubject, *, for_update: bool = False) -> JobRecord | None:
        """Read the row."""
        query = FIND_FOR_UPDATE if for_update else FIND
        rows = self._session.run_written(query, of_name=subject.name)
        return job_from(rows[0]) if rows else None

    def save(self, record: JobRecord) -> None:
        """Insert the row or overwrite it."""
        self._session.run_written(SAVE, **job_to(record))

    def pressure(self, *, lately: timedelta, lost_after: timedelta) -> Pressure:
        """Count both in one statement."""
        row = self._session.run(PRESSURE, lately=lately, lost_after=lost_after).one()
        return Pressure(outstanding=row.outstanding, taken=row.taken)

    def send(self, *, urgency: Urgency, limit: int, lost_after: timedelta) -> Sequence[JobRecord]:
        """Choose, then mark what nobody else has marked since: two who do it share the work."""
        due: dict[str, Any] = {"of_urgency": urgency.value, "lost_after": lost_after}
        places = {row.name: row.place for row in self._first(limit, due)}
        if not places:
            return []
        rows = self._session.run(MARK, names=list(places), **due).all()
        return [
            job_from(row) for row in sorted(rows, key=lambda row: (places[row.name], row.due_at))
        ]

    def _first(self, most: int, due: Mapping[str, Any]) -> Sequence[Row[Any]]:
        oldest = _LOOKED_AT * most
        rows = self._session.run(FIRST_OF_THE_OLDEST, oldest=oldest, most=most, **due).all()
        if tells(rows, most=most, oldest=oldest):
            return rows
        return self._session.run(FIRST, most=most, **due).all()

    def unsend(self, names: Collection[LeaseName]) -> None:
        """Clear the mark."""
        self._session.run(UNSEND, names=list(names))

    def orphans(self, *, limit: int) -> Sequence[JobRecord]:
        """Read running jobs without a living lease, those that began first first."""
        return [job_from(row) for row in self._session.run(ORPHANS, most=limit)]


def _columns(requests: Collection[JobRequest]) -> dict[str, Any]:
    return {
        "each_name": [each.subject.name for each in requests],
        "each_kind": [each.subject.kind.value for each in requests],
        "each_user_id": [each.subject.user_id for each in requests],
        "each_credential_id": [each.subject.credential_id for each in requests],
        "each_urgency": [each.urgency.value for each in requests],
        "each_due_at": [each.due_at for each in requests],
    }


def job_to(record: JobRecord) -> dict[str, Any]:
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


def job_from(row: Any) -> JobRecord:  # noqa: ANN401 - SQLAlchemy's, or the driver's
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
