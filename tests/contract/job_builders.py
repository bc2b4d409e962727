"""Short ways to ask for background work, and to look at it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.jobs import (
    JobKind,
    JobRecord,
    JobRequest,
    JobSubject,
    MessageId,
    Urgency,
)
from tests.contract.store_builders import add_credential

LOST_AFTER = timedelta(minutes=2)


def subject(credential: Credential, kind: JobKind = JobKind.SYNC_CREDENTIAL) -> JobSubject:
    return JobSubject(
        kind=kind,
        user_id=credential.user_id,
        credential_id=credential.id,
        provider=credential.provider,
    )


def ask(
    units: OpenUnitOfWork,
    *wanted: JobSubject,
    urgency: Urgency = Urgency.BACKGROUND,
    due_in: timedelta | None = None,
) -> int:
    with units() as work:
        due = None if due_in is None else work.now() + due_in
        number = work.jobs.request(
            JobRequest(subject=each, urgency=urgency, due_at=due) for each in wanted
        )
        work.commit()
    return number


def job(units: OpenUnitOfWork, wanted: JobSubject) -> JobRecord:
    with units() as work:
        found = work.jobs.find(wanted)
    assert found is not None
    return found


def save(units: OpenUnitOfWork, record: JobRecord) -> None:
    with units() as work:
        work.jobs.save(record)
        work.commit()


def now(units: OpenUnitOfWork) -> datetime:
    with units() as work:
        return work.now()


def end(units: OpenUnitOfWork, wanted: JobSubject) -> None:
    """Have the job begun and done."""
    at = now(units)
    save(units, job(units, wanted).begun(at=at).succeeded(at=at, by=MessageId("some message")))


def send(
    units: OpenUnitOfWork, *, limit: int = 100, lost_after: timedelta = LOST_AFTER
) -> Sequence[JobSubject]:
    with units() as work:
        sent = work.jobs.send(urgency=Urgency.BACKGROUND, limit=limit, lost_after=lost_after)
        work.commit()
    return [each.subject for each in sent]


def unsend(units: OpenUnitOfWork, *sent: JobSubject) -> None:
    with units() as work:
        work.jobs.unsend([each.name for each in sent])
        work.commit()


def orphans(units: OpenUnitOfWork, *, limit: int = 10) -> Sequence[JobSubject]:
    with units() as work:
        return [each.subject for each in work.jobs.orphans(limit=limit)]


class OneJob:
    @pytest.fixture
    def wanted(self, units: OpenUnitOfWork) -> JobSubject:
        return subject(add_credential(units))
