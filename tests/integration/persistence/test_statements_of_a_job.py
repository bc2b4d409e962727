"""How often the database is asked so that a job is done alone, and once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, event

from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.undertaking import Undertaking, Undertakings
from domain.jobs import JobKind, JobRequest, JobSubject, MessageId, Urgency
from tests.contract.store_builders import add_credential


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


def do_nothing(engine: Engine, subject: JobSubject, occurrence: int) -> list[str]:
    """Take the job up and end it; return the statements that this took."""
    with SqlUnitOfWork(engine) as work:
        work.jobs.request([JobRequest(subject=subject, urgency=Urgency.BACKGROUND, due_at=None)])
        work.commit()
    undertakings = Undertakings(
        unit_of_work=lambda: SqlUnitOfWork(engine),
        holder="me",
        lease_duration=timedelta(seconds=60),
    )
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    job = undertakings.take_up(subject, MessageId(f"{subject.name}#{occurrence}"))
    assert isinstance(job, Undertaking)
    with job.recorded():
        pass
    event.remove(engine, "before_cursor_execute", note)
    return statements


def test_a_job_is_taken_up_by_three_statements_and_ended_by_four(engine: Engine) -> None:
    credential = add_credential(lambda: SqlUnitOfWork(engine))
    subject = JobSubject.of(credential, JobKind.SYNC_CREDENTIAL)
    first = do_nothing(engine, subject, 1)
    assert len(first) == 8  # nobody ever held its lease
    assert len(do_nothing(engine, subject, 2)) == 7


def test_what_the_last_answer_told_of_the_time_is_forgotten_with_the_next(engine: Engine) -> None:
    credential = add_credential(lambda: SqlUnitOfWork(engine))
    subject = JobSubject.of(credential, JobKind.SYNC_CREDENTIAL)
    with SqlUnitOfWork(engine) as work:
        work.leases.claim(subject.name, holder="me", duration=timedelta(seconds=60))
        told = work.now()
        assert work.now() == told
        work.jobs.find(subject)
        later = work.now()
        assert told < later < work.now()
