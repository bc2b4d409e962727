"""What workers tell each other, and what happens if somebody else talks among them."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.liveness import answering_workers
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from tests.broker import redis_client
from tests.integration.worker.rig import WorkerRig, running_worker
from tests.waiting import soon

CANARY = "hunter2"
REFUSED = "message refused"
COMMANDS = "/0.celery.pidbox"
NEWS = "/0.celeryev/worker.heartbeat"
"""Where workers tell of themselves."""


@pytest.fixture
def quiet(environment: dict[str, str], tmp_path: Path) -> Iterator[dict[str, str]]:
    """The settings of workers with a broker where nobody else is."""
    broker = EmbeddedValkey(tmp_path / "valkey")
    broker.start()
    yield environment | {
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.result_backend,
    }
    broker.stop()


@pytest.fixture
def first(quiet: dict[str, str], tmp_path: Path) -> Iterator[WorkerRig]:
    with running_worker(
        "first", ["-c", "1"], environment=quiet, folder=tmp_path, sociable=True
    ) as rig:
        yield rig


def test_a_new_worker_learns_from_its_neighbour_what_was_revoked(
    first: WorkerRig, quiet: dict[str, str], tmp_path: Path
) -> None:
    first.sender.control.revoke("sent-by-mistake")
    soon(lambda: "sent-by-mistake" in first.log.read_text())

    with running_worker(
        "second", ["-c", "1"], environment=quiet, folder=tmp_path, sociable=True
    ) as second:
        inspect = first.sender.control.inspect(destination=["second@localhost"], timeout=5)
        assert inspect.revoked() == {"second@localhost": ["sent-by-mistake"]}
        said = second.log.read_text()
        assert "mingle: sync complete" in said
        assert REFUSED not in said + first.log.read_text()


def talk(body: object, headers: object = None) -> dict[str, Any]:
    """Return what is said over remote control."""
    return {
        "body": base64.b64encode(json.dumps(body).encode()).decode(),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": headers or {},
        "properties": {
            "delivery_info": {"exchange": "celery.pidbox", "routing_key": ""},
            "delivery_tag": "1",
            "body_encoding": "base64",
        },
    }


NONSENSE: dict[str, object] = {
    "no text": b"\xff\xfe" + CANARY.encode(),
    "no JSON": b"{",
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "a number": 7,
    "a list": [CANARY],
    "nothing in it": {},
    "no properties": {"body": CANARY},
    "odd properties": {"properties": CANARY},
    "no tag": {"properties": {}},
    "no body": talk({}) | {"body": None},
    "a body that is a number": talk(7),
    "a body that is a list": talk([CANARY]),
    "a body that cannot be decoded": talk({}) | {"body": "==="},
    "a pickle": talk({}) | {"content-type": "application/x-python-serialize"},
    "a clock that is a word": talk({"method": "ping"}, {"clock": CANARY}),
    "headers that are a list": talk({"method": "ping"}, [CANARY]),
    "an unknown question": talk({"method": CANARY}),
    "a question that is a number": talk({"method": 7}),
    "no question": talk({CANARY: 1}),
    "odd arguments": talk({"method": "ping", "arguments": 7}),
    "an odd destination": talk({"method": "ping", "destination": 7}),
    "nowhere to answer": talk({"method": "ping", "reply_to": {}}),
}


def raw(content: object) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()


@pytest.mark.timeout(90)
def test_nonsense_that_is_said_to_all_workers_stops_none(first: WorkerRig) -> None:
    with redis_client(first.environment["CELERY_BROKER_URL"]) as client:
        for channel in (COMMANDS, NEWS):
            for content in NONSENSE.values():
                assert client.publish(channel, raw(content)) == 1

    soon(lambda: answering_workers(first.sender, patience=0.5) == ("first@localhost",))
    assert first.process.exit_code is None
    said = first.log.read_text()
    assert REFUSED in said
    assert "Connection to broker lost" not in said


@pytest.mark.timeout(60)
def test_nonsense_among_the_replies_hides_none_of_a_worker(first: WorkerRig) -> None:
    broker = first.environment["CELERY_BROKER_URL"]
    asking = worker_app(lambda: Settings(broker=SecretStr(broker)))
    nonsense = [*NONSENSE.values(), talk({"first@localhost": {}}, {"ticket": [CANARY]})]
    with asking.connection_for_read() as connection, redis_client(broker) as client:
        questions = asking.control.mailbox(connection)
        client.lpush(questions.reply_queue.name, *map(raw, nonsense))

        assert questions.multi_call("ping", timeout=3) == [{"first@localhost": {"ok": "pong"}}]
