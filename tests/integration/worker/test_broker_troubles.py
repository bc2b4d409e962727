"""Whatever the broker does to us comes out as one sentence that says which trouble it is."""

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from celery import Celery
from redis import Redis

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.celery_queue import CeleryJobQueue, sending_app
from adapters.queue.depth import CeleryQueueDepths
from adapters.queue.errors import place_of
from adapters.queue.liveness import CeleryWorkers, answering_workers, reach_broker
from application.ports.errors import Unavailable
from tests.broker import redis_client
from tests.contract.job_queue_contract import a_job
from tests.waiting import soon

CANARY = "canary-7"

Ask = Callable[[Celery], object]
SEND: Ask = lambda app: CeleryJobQueue(app).enqueue([a_job(1)])  # noqa: E731
READY: Ask = reach_broker
DOCTOR: Ask = answering_workers
STATUS: Ask = lambda app: CeleryWorkers(app).look()  # noqa: E731
METRICS: Ask = lambda app: CeleryQueueDepths(app).read()  # noqa: E731
WHOEVER_ASKS = pytest.mark.parametrize(
    "ask",
    [SEND, READY, DOCTOR, STATUS, METRICS],
    ids=["send", "ready", "doctor", "status", "metrics"],
)
WHOEVER_WRITES = pytest.mark.parametrize(
    "ask", [SEND, READY, DOCTOR, STATUS], ids=["send", "ready", "doctor", "status"]
)


@pytest.fixture
def client(broker: EmbeddedValkey) -> Iterator[Redis]:
    with redis_client(broker.broker_url) as client:
        yield client


def told(ask: Ask, url: str) -> str:
    """Return what is said when *ask* fails over the broker at *url*, which never is a secret."""
    with closing(sending_app(url, url)) as app, pytest.raises(Unavailable) as raised:
        ask(app)
    said = str(raised.value)
    assert CANARY not in said
    assert urlsplit(url).password is None or str(urlsplit(url).password) not in said
    return said


def with_password(url: str, password: str) -> str:
    return f"redis+socket://{password}{urlsplit(url).path}"


@WHOEVER_ASKS
def test_a_password_that_is_refused_is_said_to_be(ask: Ask, broker: EmbeddedValkey) -> None:
    url = broker.broker_url
    place = urlsplit(url).path

    assert told(ask, with_password(url, f":{CANARY}@")) == (
        f"The message broker at {place} refuses the user or the password. "
        "Correct them in CELERY_BROKER_URL."
    )
    assert f"at {place} wants a password" in told(ask, with_password(url, ""))


@WHOEVER_ASKS
def test_a_broker_that_is_not_there_is_named_by_host_and_port(ask: Ask) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    said = told(ask, f"redis://{CANARY}:{CANARY}@127.0.0.1:{port}/0")

    assert said == (
        f"The message broker at 127.0.0.1:{port} cannot be reached. "
        "See that Redis runs, or the `multicloud up` that brings one along, and that "
        "CELERY_BROKER_URL, if it is set, leads to it."
    )


@WHOEVER_WRITES
def test_a_broker_whose_memory_is_full_says_so(
    ask: Ask, broker: EmbeddedValkey, client: Redis
) -> None:
    client.config_set("maxmemory", 1)

    said = told(ask, broker.broker_url)

    assert "refuses writes, as its memory is full. Give Redis more" in said


@WHOEVER_WRITES
def test_a_read_only_replica_says_so(ask: Ask, broker: EmbeddedValkey, client: Redis) -> None:
    client.replicaof("127.0.0.1", "1")

    assert "refuses writes, as it is a read-only replica." in told(ask, broker.broker_url)


@WHOEVER_WRITES
def test_a_broker_whose_disk_takes_no_more_says_so(
    ask: Ask, broker: EmbeddedValkey, client: Redis
) -> None:
    in_the_way = Path(str(client.config_get("dir")["dir"])) / "dump.rdb"
    in_the_way.unlink(missing_ok=True)
    (in_the_way / "full").mkdir(parents=True)
    client.config_set("save", "3600 1")
    client.config_set("stop-writes-on-bgsave-error", "yes")
    client.bgsave()
    soon(lambda: client.info("persistence")["rdb_last_bgsave_status"] == "err")

    said = told(ask, broker.broker_url)

    assert "refuses writes, as it cannot save to its disk. Free space" in said
    in_the_way.joinpath("full").rmdir()
    in_the_way.rmdir()


@WHOEVER_ASKS
def test_a_broker_that_is_frozen_does_not_answer_in_time(
    ask: Ask, broker: EmbeddedValkey, client: Redis
) -> None:
    pid = client.info("server")["process_id"]
    os.kill(pid, signal.SIGSTOP)
    try:
        assert "does not answer in time. See that Redis runs" in told(ask, broker.broker_url)
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_user_who_may_not_do_everything_is_said_to_need_more(
    broker: EmbeddedValkey, client: Redis
) -> None:
    client.config_set("requirepass", "")
    client.acl_setuser("default", enabled=True, nopass=True, categories=["-@write"])

    said = told(SEND, with_password(broker.broker_url, ""))

    assert "does not allow its user what is needed." in said


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("redis://:secret@cache/0", "at cache:6379"),
        ("rediss://ada:secret@cache:6380", "at cache:6380"),
        ("redis+socket://:secret@/run/with%20space.sock?virtual_host=1", "at /run/with space.sock"),
        ("sentinel://:secret@a:1;sentinel://:secret@b", "at a:1, b:26379"),
        (f"redis://:{quote('sec/ret@', safe='')}@cache:1", "at cache:1"),
        ("redis://:12/secret@cache:1", ""),
        ("redis://ada:sec/ret@cache:1", ""),
        ("redis://ada:sec#ret@cache:1", ""),
    ],
)
def test_the_place_of_a_broker_is_told_without_its_password(url: str, place: str) -> None:
    assert place_of(url) == place
