"""Ten thousand jobs at once, in a table whose statistics are as old as they can be."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine, text

from adapters.fakes.job_queue import FakeJobQueue
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.use_cases.dispatch_jobs import DispatchJobs
from application.use_cases.sync_all_users import SyncAllUsers
from domain.jobs import Urgency

MANY = 10_000
A_FEW_SECONDS = 8
"""Far above what it takes, far below the minute that a table joined with itself took."""


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO users (email, created_at)"
                " SELECT 'user' || n || '@example.org', now() FROM generate_series(1, 200) n"
            )
        )
        connection.execute(
            text(
                "INSERT INTO credentials (user_id, provider, name, secret, created_at)"
                " SELECT 1 + n % 200, 'aws', 'key ' || n, 'sealed', now()"
                " FROM generate_series(1, :many) n"
            ),
            {"many": MANY},
        )
    yield engine
    engine.dispose()


def test_a_round_of_ten_thousand_is_queued_and_handed_out_within_seconds(engine: Engine) -> None:
    began = time.monotonic()
    report = SyncAllUsers(unit_of_work=lambda: SqlUnitOfWork(engine), spread=timedelta(0))()
    assert report.queued == MANY
    jobs = FakeJobQueue()
    DispatchJobs(unit_of_work=lambda: SqlUnitOfWork(engine), jobs=jobs)()
    with SqlUnitOfWork(engine) as work:
        sent = work.jobs.send(
            urgency=Urgency.BACKGROUND, limit=1000, lost_after=timedelta(minutes=2)
        )
        work.commit()
    assert time.monotonic() - began < A_FEW_SECONDS
    assert len({job.subject.user_id for job in sent[:200]}) >= 184  # 16 users had their turn
