from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from domain.queues import QueueName, WorkerName


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


def test_a_worker_that_has_been_gone_for_a_day_is_forgotten(engine: Engine) -> None:
    with engine.begin() as connection:
        for worker, hours in [("celery@gone", 25), ("celery@resting", 23)]:
            row = "('sync', :worker, now() - :age * INTERVAL '1 hour')"
            values = {"worker": worker, "age": hours}
            connection.execute(text(f"INSERT INTO queue_proofs VALUES {row}"), values)
    with SqlUnitOfWork(engine) as work:
        work.queue_proofs.prove(QueueName("sync"), WorkerName("celery@here"))
        work.commit()
        left = [proof.worker for proof in work.queue_proofs.all()]
    assert left == ["celery@here", "celery@resting"]
