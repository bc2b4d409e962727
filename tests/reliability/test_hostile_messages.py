"""Whoever can write to the broker cannot bring a worker down, nor make it tell or do too much."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from celery import signature

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.worker.messages import objection
from tests.broker import redis_client
from tests.integration.worker.rig import soon
from tests.integration.worker.test_worker import a_user_with_aws
from tests.reliability.hostile_messages import (
    BY_THE_TASK,
    CANARY,
    Hostile,
    hostile_messages,
    message,
    raw,
)
from tests.reliability.rig import Worker, a_sender, a_worker, rows

MANY = 1_000
GOOD = TaskName.UPDATE_PROVIDER_HEALTH.value


@pytest.fixture(scope="module")
def besieged(environment: dict[str, str], folder: Path) -> Iterator[Worker]:
    with a_worker("besieged", environment=environment, folder=folder) as worker:
        yield worker


def put(environment: Mapping[str, str], messages: Sequence[Hostile]) -> None:
    """Put *messages* into the broker as they are."""
    with redis_client(environment["CELERY_BROKER_URL"]) as client:
        pipeline = client.pipeline(transaction=False)
        for each in messages:
            pipeline.lpush(each.key, each.raw)
        pipeline.execute()


def does_good_work(worker: Worker, environment: Mapping[str, str]) -> bool:
    """Tell whether it does a task of a queue; a dead one does not."""
    with a_sender(environment) as sender:
        called = sender.send_task(GOOD, ignore_result=True)
        soon(lambda: f"[{called.id}] succeeded" in worker.said() or not worker.alive)
        return worker.alive


def turned_away(worker: Worker, messages: Sequence[Hostile]) -> Counter[str]:
    """Return how often the log says each of what is said of *messages*."""
    log = worker.said()
    return Counter({told: log.count(told) for told in {each.told for each in messages}})


@pytest.mark.timeout(120)
def test_a_thousand_hostile_messages_are_each_turned_away_with_a_line_and_nobody_falls(
    besieged: Worker, environment: dict[str, str], aws: AwsServer
) -> None:
    for name in ("ann", "bob"):  # the message for (2, 1) is Bob's, for Ann's credential
        a_user_with_aws(environment, f"{name}@example.org", endpoint=aws.endpoint)
    hostile = hostile_messages(MANY)
    processes = (besieged.process.pid, *besieged.pool())

    put(environment, hostile)

    expected = Counter(each.told for each in hostile)
    soon(lambda: turned_away(besieged, hostile) >= expected or not besieged.alive, patience=90)
    assert besieged.alive
    assert does_good_work(besieged, environment)
    assert turned_away(besieged, hostile) == expected
    assert (besieged.process.pid, *besieged.pool()) == processes
    assert CANARY not in besieged.said()
    assert "Traceback" not in besieged.said()
    assert rows(environment["DATABASE_URL"], "SELECT 1 FROM sync_runs") == []
    with redis_client(environment["CELERY_BROKER_URL"]) as client:
        soon(lambda: client.hlen("unacked") == 0)
        kept = [client.get(key) for key in client.scan_iter("celery-task-meta-*")]
    assert not any(CANARY.encode() in (each or b"") for each in kept)


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "options",
    [
        {},
        {"countdown": 1800, "expires": 540, "retries": 3},
        {"priority": 9, "headers": {"turn": 7, "traceparent": "00-1-1-01"}, "time_limit": 60},
        {"link": signature(GOOD), "chain": [signature(GOOD)], "task_id": "sync:credential:5#3"},
    ],
    ids=["plain", "to wait", "urgent", "followed by others"],
)
def test_what_celery_itself_sends_may_pass(valkey_url: str, options: dict[str, Any]) -> None:
    with a_sender({"CELERY_BROKER_URL": valkey_url, "CELERY_RESULT_BACKEND": valkey_url}) as sender:
        sender.send_task(GOOD, args=(1,), queue="parked", **options)

    with redis_client(valkey_url) as client:
        [sent] = [item for key in client.scan_iter("parked*") for item in client.lrange(key, 0, -1)]
    assert objection(sent) is None


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "content",
    ["{", message() | {"headers": {"task": GOOD}}, message(body="7")],
    ids=["no JSON", "no id", "no body"],
)
def test_without_the_door_one_of_them_stops_all_work(
    environment: dict[str, str], valkey_url: str, folder: Path, content: object
) -> None:
    own = environment | {"CELERY_BROKER_URL": valkey_url}
    hostile = Hostile(attack="", key="celery", raw=raw(content), told=BY_THE_TASK)
    with a_worker(
        "unguarded", app="tests.reliability.unguarded", environment=own, folder=folder
    ) as worker:
        put(own, [hostile])

        soon(lambda: not worker.alive or worker.said().count("Connection to broker lost") > 9)
