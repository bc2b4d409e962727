"""Beat and its broker: what it cannot ask for is left to others."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from celery.beat import SchedulingError
from pydantic import SecretStr

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.room import MOST_WAITING
from adapters.queue.task_names import TaskName
from application.use_cases.check_beat import BeatLife, CheckBeatRequest
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.beat import TurnScheduler
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.schedule import ENTRIES
from tests.broker import messages_in, redis_client


@pytest.fixture
def app(migrated_database_url: str, broker: EmbeddedValkey, tmp_path: Path) -> Iterator[Celery]:
    app = worker_app(
        lambda: Settings(
            database=SecretStr(migrated_database_url),
            broker=SecretStr(broker.broker_url),
            data_dir=tmp_path,
        )
    )
    yield app
    app.service.container().shutdown_resources()
    app.close()


def asked(broker: EmbeddedValkey) -> list[str]:
    queues = ("celery", "sync", "terraform")
    return [
        each["headers"]["task"] for name in queues for each in messages_in(broker.broker_url, name)
    ]


def is_alive(app: Celery) -> bool:
    check = app.service.container().check_beat()
    life: BeatLife = check(CheckBeatRequest(within=timedelta(minutes=3)))
    return life.alive


def test_beat_takes_no_turn_while_its_broker_is_away(app: Celery, broker: EmbeddedValkey) -> None:
    beat = TurnScheduler(app)
    assert beat.producer.connection.connected
    broker.stop()
    assert beat.tick() > 0
    assert not is_alive(app)
    broker.start()
    beat.tick()
    assert set(asked(broker)) == {entry.task.value for entry in ENTRIES.values()}
    assert is_alive(app)


def test_what_a_beat_cannot_ask_for_is_asked_for_by_another(
    app: Celery, broker: EmbeddedValkey
) -> None:
    unable = TurnsWithoutMessages(app)
    unable.tick()
    assert asked(broker) == []
    assert not is_alive(app)
    assert unable.tried == 1
    TurnScheduler(app).tick()
    assert len(asked(broker)) == len(ENTRIES)
    assert TaskName.DISPATCH_JOBS.value in asked(broker)


def test_beat_adds_nothing_to_a_queue_that_nobody_takes_from_and_makes_up_for_it(
    app: Celery, broker: EmbeddedValkey
) -> None:
    with redis_client(broker.broker_url) as client:
        client.lpush("sync", *[b"{}"] * MOST_WAITING)
        TurnScheduler(app).tick()
        assert client.llen("sync") == MOST_WAITING
        assert client.llen("celery") > 0
        assert is_alive(app)
        client.delete("sync")
    TurnScheduler(app).tick()
    assert {TaskName.UPDATE_COST_DATA.value, TaskName.CLEAN_UP_OLD_LOGS.value} <= set(asked(broker))


def test_what_a_full_queue_and_a_broken_line_keep_a_beat_from_is_left_to_others(
    app: Celery, broker: EmbeddedValkey
) -> None:
    with redis_client(broker.broker_url) as client:
        client.lpush("sync", *[b"{}"] * MOST_WAITING)
        TurnsWithoutMessages(app).tick()
        assert not is_alive(app)
        client.delete("sync")
    TurnScheduler(app).tick()
    assert len(asked(broker)) == len(ENTRIES)


class TurnsWithoutMessages(TurnScheduler):
    """A beat whose broker goes away between its answer and the first message."""

    tried = 0

    def apply_async(self, *_: object, **__: object) -> None:
        self.tried += 1
        raise SchedulingError("The broker went away.")
