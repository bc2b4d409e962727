"""How often the database is asked so that a job is done alone, and once."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from adapters.persistence.engine import build_engine
from adapters.persistence.session import Session
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.undertaking import Undertaking, Undertakings
from domain.jobs import JobKind, JobRequest, JobSubject, MessageId, Urgency
from tests.contract.store_builders import add_credential


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the database is asked, but for the beginning and the end of transactions."""
    asked: list[object] = []

    def noted(run: Callable[..., object]) -> Callable[..., object]:
        def note(session: Session, statement: object, **parameters: object) -> object:
            asked.append(statement)
            return run(session, statement, **parameters)

        return note

    for name in ("run", "run_written", "attempt"):
        monkeypatch.setattr(Session, name, noted(getattr(Session, name)))
    return asked


def do_nothing(
    engine: Engine, subject: JobSubject, statements: list[object], occurrence: int
) -> tuple[int, int]:
    """Return how many statements it takes to take the job up, and how many to end it."""
    with SqlUnitOfWork(engine) as work:
        work.jobs.request([JobRequest(subject=subject, urgency=Urgency.BACKGROUND, due_at=None)])
        work.commit()
    undertakings = Undertakings(
        unit_of_work=lambda: SqlUnitOfWork(engine),
        holder="me",
        lease_duration=timedelta(seconds=60),
    )
    statements.clear()
    job = undertakings.take_up(subject, MessageId(f"{subject.name}#{occurrence}"))
    assert isinstance(job, Undertaking)
    taken_up = len(statements)
    with job.recorded():
        pass
    return taken_up, len(statements) - taken_up


def test_a_job_is_taken_up_by_three_statements_and_ended_by_three(
    engine: Engine, statements: list[object]
) -> None:
    credential = add_credential(lambda: SqlUnitOfWork(engine))
    subject = JobSubject.of(credential, JobKind.SYNC_CREDENTIAL)
    assert do_nothing(engine, subject, statements, 1) == (4, 3)  # nobody ever held its lease
    assert do_nothing(engine, subject, statements, 2) == (3, 3)


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
