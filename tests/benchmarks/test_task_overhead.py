"""What a job that does nothing costs the processors, beside the same task of Celery alone.

Both workers have the settings of ours, one broker, and two pool processes each. What a task costs
is what the whole worker has cost between two moments at which nothing was to be done: the main
process, the pool, and the pool processes that were replaced meanwhile.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from adapters.embedded.valkey import EmbeddedValkey
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.queue.celery_queue import BATCH_SIZE, JOB_EXPIRES
from application.dispatching import LOST_AFTER
from domain.accounts import Credential
from domain.jobs import JobKind, JobRecord, JobRequest, JobSubject, Urgency
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.configuration import celery_configuration
from tests.benchmarks import processor_time
from tests.benchmarks.many_credentials import add_many
from tests.benchmarks.noop import BARE_QUEUE, CONFIGURATION, OUR_QUEUE, TASK
from tests.benchmarks.results import Result, Results, Rounds, at_most
from tests.broker import redis_client
from tests.reliability.rig import Worker, a_sender, a_worker, settings_for
from tests.waiting import soon

pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]

TASKS: Final = 1_000
ROUNDS: Final = 5
LOUD: Final = ("-c", "2", "--loglevel", "INFO")
"""As loud as our worker is by its own settings."""
DONE: Final = " succeeded in "
"""What Celery writes of each task that it has done."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where the tasks are done: the parts that both workers share."""

    environment: dict[str, str]
    broker: EmbeddedValkey
    engine: Engine
    credentials: Sequence[Credential]

    def asked(self) -> list[JobRecord]:
        """Have one job for each credential asked for, as a round does."""
        with SqlUnitOfWork(self.engine) as work:
            work.jobs.request(
                JobRequest(
                    subject=JobSubject.of(each, JobKind.SYNC_CREDENTIAL),
                    urgency=Urgency.BACKGROUND,
                    due_at=None,
                )
                for each in self.credentials
            )
            sent = work.jobs.send(urgency=Urgency.BACKGROUND, limit=TASKS, lost_after=LOST_AFTER)
            work.commit()
        return list(sent)

    def send(self, queue: str, jobs: Sequence[JobRecord]) -> None:
        """Send a message for each of *jobs*, the same for whichever worker takes from *queue*."""
        with (
            a_sender(self.environment) as sender,
            sender.producer_or_acquire() as producer,
            producer.batch(max_size=BATCH_SIZE),
        ):
            for each in jobs:
                sender.send_task(
                    TASK,
                    args=(each.subject.user_id, each.subject.credential_id),
                    task_id=each.message_id,
                    queue=queue,
                    producer=producer,
                    ignore_result=True,
                    expires=JOB_EXPIRES,
                    priority=Urgency.BACKGROUND.value,
                )

    def wait_until_done(self) -> None:
        """Wait until no message waits, and none is being worked on."""
        with redis_client(self.broker.broker_url) as client:
            lists = [f"{queue}\x06\x166" for queue in (OUR_QUEUE, BARE_QUEUE)]
            for _ in range(2):  # one may be on its way from the queue to those that are worked on
                soon(lambda: not any(map(client.llen, lists)), patience=120)
                soon(lambda: client.hlen("unacked") == 0, patience=30)
                time.sleep(0.3)

    def done(self) -> int:
        """Return how many jobs the database has as done."""
        with self.engine.connect() as connection:
            count = text("SELECT count(*) FROM jobs WHERE status = 'succeeded'")
            return int(connection.execute(count).scalar_one())

    def database(self) -> int:
        """Return the process that all of the database's belong to."""
        with self.engine.connect() as connection:
            backend = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        return processor_time.parent_of(backend)


@pytest.fixture
def ground(migrated_database_url: str, tmp_path: Path) -> Iterator[Ground]:
    broker = EmbeddedValkey(tmp_path / "valkey")
    broker.start()
    engine = build_engine(migrated_database_url)
    add_many(engine, users=TASKS, each=1)
    with SqlUnitOfWork(engine) as work:
        credentials = work.credentials.page(after=None, limit=TASKS)
    environment = settings_for(migrated_database_url, broker, tmp_path)
    yield Ground(
        environment={**environment, CONFIGURATION: configuration(environment)},
        broker=broker,
        engine=engine,
        credentials=credentials,
    )
    engine.dispose()
    broker.stop()


def configuration(environment: Mapping[str, str]) -> str:
    """Return what our worker has set with this *environment*, but for what beat reads."""
    settings = Settings(
        database=SecretStr(environment["DATABASE_URL"]),
        broker=SecretStr(environment["CELERY_BROKER_URL"]),
        results=SecretStr(environment["CELERY_RESULT_BACKEND"]),
    )
    every = celery_configuration(settings).items()
    return json.dumps({name: value for name, value in every if not name.startswith("beat_")})


def cost(ground: Ground, worker: Worker, send: Callable[[], None]) -> float:
    """Return the milliseconds of a processor that each task of those costs *worker*."""
    before = processor_time.of_tree(worker.process.pid)
    send()
    ground.wait_until_done()
    return (processor_time.of_tree(worker.process.pid) - before) / TASKS * 1000


def test_a_job_that_does_nothing_costs_little_over_the_bare_task(
    ground: Ground, tmp_path: Path, results: Results
) -> None:
    in_database: list[float] = []

    def of_ours() -> float:
        jobs = ground.asked()
        before = processor_time.of_tree(database)
        spent = cost(ground, ours, lambda: ground.send(OUR_QUEUE, jobs))
        in_database.append((processor_time.of_tree(database) - before) / TASKS * 1000)
        assert ground.done() == TASKS
        return spent

    def of_the_bare_one() -> float:
        before = bare.said().count(DONE)
        spent = cost(ground, bare, lambda: ground.send(BARE_QUEUE, examples))
        assert bare.said().count(DONE) == before + TASKS
        return spent

    with (
        worker(ground, tmp_path, "ours", OUR_QUEUE) as ours,
        worker(ground, tmp_path, "bare", BARE_QUEUE) as bare,
    ):
        database = ground.database()
        examples = ground.asked()
        cost(ground, ours, lambda: ground.send(OUR_QUEUE, examples))
        of_the_bare_one()  # what is only done once is done now
        in_database.clear()
        rounds = Rounds.of(ROUNDS, ours=of_ours, beside=of_the_bare_one)
        peak = processor_time.peak_of(ours.process.pid)
    results.hold(_result(rounds, min(in_database), peak))


def _result(rounds: Rounds, in_database: float, peak: int) -> Result:
    return Result(
        line=6,
        what="a job that does nothing, with claim, lease and log, beside the bare task",
        value=rounds.ratio,
        target=at_most(2),
        ours=f"{rounds.ours:.2f} ms of CPU (and {in_database:.2f} in the database)",
        beside=f"{rounds.beside:.2f} ms",
        peak_mb=peak,
        rounds=rounds.pairs,
    )


def worker(ground: Ground, folder: Path, kind: str, queue: str) -> AbstractContextManager[Worker]:
    """Run the worker of *kind*."""
    return a_worker(
        kind,
        environment=ground.environment,
        folder=folder,
        app=f"tests.benchmarks.noop_{kind}",
        options=LOUD,
        queues=queue,
    )
