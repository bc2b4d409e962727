"""A broker that is there and refuses writes is outlived like one that is away."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from adapters.queue.task_names import TaskName
from tests.broker import redis_client
from tests.integration.worker.rig import celery
from tests.reliability.hostile_messages import message
from tests.reliability.on_the_wire import raw
from tests.reliability.rig import Worker, a_sender, a_worker, started_worker, stopped
from tests.waiting import soon

GOOD = TaskName.UPDATE_PROVIDER_HEALTH.value
WAITS = "Trying again in"
"""What Celery says each time that it finds no broker."""
FULL = ("CONFIG", "SET", "maxmemory", "1")
ROOM = ("CONFIG", "SET", "maxmemory", "0")
REPLICA = ("REPLICAOF", "127.0.0.1", "1")
MASTER = ("REPLICAOF", "NO", "ONE")


def told(environment: Mapping[str, str], command: tuple[str, ...], *, waiting: int = 0) -> None:
    """Put messages into a queue, and give the broker a command before anybody can take them."""
    with redis_client(environment["CELERY_BROKER_URL"]) as client:
        together: Any = client.pipeline(transaction=True)
        for _ in range(waiting):
            together.lpush("sync", raw(message(GOOD, ())))
        together.execute_command(*command)
        together.execute()


def does_good_work(worker: Worker, environment: Mapping[str, str]) -> bool:
    with a_sender(environment) as sender:
        called = sender.send_task(GOOD, ignore_result=True)
        soon(lambda: f"[{called.id}] succeeded" in worker.said() or not worker.alive, patience=60)
        return worker.alive


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("refuse", "take"), [(FULL, ROOM), (REPLICA, MASTER)], ids=["full", "a replica"]
)
def test_a_worker_waits_while_its_broker_refuses_writes_and_then_goes_on(
    fresh_environment: dict[str, str],
    tmp_path: Path,
    refuse: tuple[str, ...],
    take: tuple[str, ...],
) -> None:
    with a_worker("patient", environment=fresh_environment, folder=tmp_path) as worker:
        processes = (worker.process.pid, *worker.pool())

        told(fresh_environment, refuse, waiting=3)
        soon(lambda: worker.said().count(WAITS) > 1 or not worker.alive)
        assert worker.alive
        told(fresh_environment, take)

        assert does_good_work(worker, fresh_environment)
        assert (worker.process.pid, *worker.pool()) == processes
        assert "Unrecoverable" not in worker.said()


@pytest.mark.timeout(120)
def test_a_worker_that_is_started_while_its_broker_is_full_waits_for_room(
    fresh_environment: dict[str, str], tmp_path: Path
) -> None:
    told(fresh_environment, FULL)
    worker = started_worker("early", environment=fresh_environment, folder=tmp_path)
    try:
        soon(lambda: worker.said().count(WAITS) > 1 or not worker.alive, patience=30)
        assert worker.alive
        told(fresh_environment, ROOM)

        assert does_good_work(worker, fresh_environment)
    finally:
        stopped(worker.process)


@pytest.mark.timeout(60)
def test_a_queue_of_a_full_broker_can_be_purged(fresh_environment: dict[str, str]) -> None:
    told(fresh_environment, FULL, waiting=3)

    done = celery("purge", "-f", "-Q", "sync", environment=fresh_environment)

    assert "3 messages" in done.stdout, done.stderr


@pytest.mark.timeout(60)
def test_without_the_door_a_full_broker_ends_the_worker(
    fresh_environment: dict[str, str], tmp_path: Path
) -> None:
    with a_worker(
        "unguarded",
        app="tests.reliability.unguarded",
        environment=fresh_environment,
        folder=tmp_path,
    ) as worker:
        told(fresh_environment, FULL, waiting=3)

        soon(lambda: not worker.alive)
        told(fresh_environment, ROOM)
