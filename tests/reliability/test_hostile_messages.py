"""Whoever can write to the broker cannot bring a worker down, nor make it tell or do too much."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from celery import Celery
from pydantic import SecretStr

from adapters.queue.liveness import answering_workers
from adapters.queue.task_names import TaskName
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.worker.broadcasts import objection_to_broadcast
from entrypoints.worker.checks import HIGHEST_CLOCK, HIGHEST_TAKEN_OVER
from entrypoints.worker.configuration import celery_configuration
from entrypoints.worker.messages import MOST_RETRIES_WAITING, MOST_WAITING, objection
from tests.broker import redis_client
from tests.integration.worker.test_worker import a_user_with_aws
from tests.reliability.hostile_commands import COMMANDS, command
from tests.reliability.hostile_messages import BY_THE_TASK, Hostile, hostile_messages, message
from tests.reliability.on_the_wire import CANARY, raw
from tests.reliability.rig import Worker, a_sender, a_worker, rows
from tests.waiting import soon

MANY = 1_000
GOOD = TaskName.UPDATE_PROVIDER_HEALTH.value
FOR_LATER = 250
"""More than Celery holds before it takes no more."""


@pytest.fixture(scope="module")
def besieged(environment: dict[str, str], folder: Path) -> Iterator[Worker]:
    with a_worker("besieged", environment=environment, folder=folder) as worker:
        yield worker


def put(environment: Mapping[str, str], messages: Sequence[Hostile]) -> None:
    """Put *messages* into the broker as they are."""
    with redis_client(environment["CELERY_BROKER_URL"]) as client:
        pipeline = client.pipeline(transaction=False)
        for each in messages:
            give = pipeline.publish if each.key == COMMANDS else pipeline.lpush
            give(each.key, each.raw)
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
        {"task_id": "sync:credential:5#3", "stamped_headers": ["who"], "who": "ann"},
    ],
    ids=["plain", "to wait", "urgent", "of a job, with a stamp"],
)
def test_what_celery_itself_sends_may_pass(valkey_url: str, options: dict[str, Any]) -> None:
    with a_sender({"CELERY_BROKER_URL": valkey_url, "CELERY_RESULT_BACKEND": valkey_url}) as sender:
        sender.send_task(GOOD, args=(1,), queue="parked", **options)

    with redis_client(valkey_url) as client:
        [sent] = [item for key in client.scan_iter("parked*") for item in client.lrange(key, 0, -1)]
    assert objection(sent) is None


@pytest.mark.timeout(60)
def test_what_celery_itself_says_to_all_may_pass(valkey_url: str) -> None:
    with (
        a_sender({"CELERY_BROKER_URL": valkey_url, "CELERY_RESULT_BACKEND": valkey_url}) as sender,
        redis_client(valkey_url) as client,
        client.pubsub(ignore_subscribe_messages=True) as listening,
    ):
        listening.psubscribe("/0.*")
        soon(lambda: listening.subscribed and listening.get_message(timeout=1) is None)
        commands = a_full_set_of_commands(sender)
        heard = [listening.get_message(timeout=5) for _ in range(commands + 1)]

    assert heard[-1]["channel"] == b"/0.celeryev/worker.heartbeat"
    refused = {each["data"]: objection_to_broadcast(*heard_as(each)) for each in heard}
    assert {raw: reason for raw, reason in refused.items() if reason} == {}


def heard_as(told: Mapping[str, Any]) -> tuple[str, bytes]:
    return told["channel"].decode(), told["data"]


def a_full_set_of_commands(sender: Celery) -> int:
    """Say what an operator, Flower or a new worker may say; return how much was said."""
    ask, tell = sender.control.inspect(timeout=0.01), sender.control
    asked = [ask.ping, ask.active, ask.scheduled, ask.reserved, ask.revoked, ask.registered]
    asked += [ask.stats, ask.conf, ask.active_queues, ask.clock, ask.report]
    asked += [partial(ask.query_task, "1", "2"), partial(ask.hello, "a@b", ["1", "2"])]
    told = [
        partial(tell.revoke, "1", terminate=True, signal="SIGKILL"),
        partial(tell.revoke, ["1", "sync:credential:1#3"], destination=["a@b"]),
        partial(tell.rate_limit, GOOD, "10/m"),
        partial(tell.rate_limit, GOOD, 0),
        partial(tell.time_limit, GOOD, soft=60, hard=120),
        partial(tell.pool_grow, 2),
        partial(tell.pool_shrink, 1, pattern="sync@*", matcher="glob"),
        partial(tell.add_consumer, "sync"),
        partial(tell.cancel_consumer, "sync"),
        partial(tell.autoscale, 4, 2),
        tell.enable_events,
        tell.disable_events,
        tell.heartbeat,
        tell.shutdown,
    ]
    for say in (*asked, *told):
        say()
    with sender.events.default_dispatcher(hostname="a@b") as events:
        events.send("worker-heartbeat", freq=2, active=0, processed=9, loadavg=[0.1, 1, 2.5])
    return len(asked) + len(told)


@pytest.mark.timeout(90)
def test_many_messages_for_later_do_not_keep_a_worker_from_working_now(
    fresh_environment: dict[str, str], tmp_path: Path
) -> None:
    at = (datetime.now(UTC) + timedelta(minutes=55)).isoformat()
    headers = [{"eta": at, "retries": retries} for retries in (0, 3) for _ in range(FOR_LATER)]
    for_later = [
        Hostile(attack="", key="sync", raw=raw(message(GOOD, (), headers=each)), told="")
        for each in headers
    ]
    at_once = FOR_LATER - MOST_RETRIES_WAITING
    with a_worker("patient", environment=fresh_environment, folder=tmp_path) as worker:
        put(fresh_environment, for_later)
        soon(lambda: worker.said().count("message refused") == FOR_LATER - MOST_WAITING)
        soon(lambda: worker.said().count("] succeeded") == at_once, patience=60)

        assert does_good_work(worker, fresh_environment)
    with redis_client(fresh_environment["CELERY_BROKER_URL"]) as client:
        kept = client.llen("sync")  # given back, for whoever comes next
        assert kept == MOST_WAITING + MOST_RETRIES_WAITING


@pytest.mark.timeout(60)
def test_no_word_to_all_makes_a_worker_count_too_high_to_be_heard(
    besieged: Worker, environment: dict[str, str]
) -> None:
    said = raw(command("ping", headers={"clock": HIGHEST_CLOCK, "expires": None}))
    put(environment, [Hostile(attack="", key=COMMANDS, raw=said, told="")])

    with a_sender(environment) as sender:
        assert answering_workers(sender, patience=5, only=("besieged@localhost",))
        count = sender.control.mailbox.clock.value  # taken over from the answer, without any door

    assert HIGHEST_TAKEN_OVER < count < HIGHEST_TAKEN_OVER + MANY


def test_fewer_messages_wait_in_a_worker_than_make_celery_take_no_more() -> None:
    settings = Settings(broker=SecretStr("redis://localhost"), worker_concurrency=256)
    limit = celery_configuration(settings)["worker_eta_task_limit"]
    held = MOST_WAITING + MOST_RETRIES_WAITING + settings.worker_concurrency
    assert held < limit  # type: ignore[operator]


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "content",
    [
        "{",
        message() | {"headers": {"task": GOOD}},
        message(body="7"),
        message(GOOD, (), headers={"stamped_headers": [[1]]}),
        message(GOOD, (), headers={"x-any": {"__type__": "nothing", "__value__": 1}}),
    ],
    ids=["no JSON", "no id", "no body", "an odd stamp", "an object"],
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


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "said", ["7", command("add_consumer", {"queue": 7})], ids=["a number", "a queue of no name"]
)
def test_without_the_door_one_word_to_all_ends_a_worker(
    environment: dict[str, str], valkey_url: str, folder: Path, said: object
) -> None:
    own = environment | {"CELERY_BROKER_URL": valkey_url}
    hostile = Hostile(attack="", key=COMMANDS, raw=raw(said), told=BY_THE_TASK)
    with a_worker(
        "unguarded", app="tests.reliability.unguarded", environment=own, folder=folder
    ) as worker:
        put(own, [hostile])

        soon(lambda: not worker.alive)
