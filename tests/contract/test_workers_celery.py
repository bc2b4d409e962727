from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from functools import partial
from threading import Event, Thread

import pytest
from celery import Celery

from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import CeleryWorkers
from application.ports.errors import Unavailable
from tests.contract.workers_contract import Come, WorkersContract

QUESTIONS = ("ping", "active_queues", "stats", "active")


class Answering:
    """What of a worker answers questions over the broker, and counts them."""

    def __init__(self, app: Celery, name: str, asked: Counter[str]) -> None:
        self._app = app
        self._name = name
        self._asked = asked
        self._listening = Event()
        self._done = Event()
        self._thread = Thread(target=self._run)
        self._thread.start()
        assert self._listening.wait(10)

    def leave(self) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        handlers = {question: partial(self._answer, question) for question in QUESTIONS}
        with self._app.connection_for_read() as connection:
            node = self._app.control.mailbox(connection).Node(
                self._name, handlers=handlers, channel=connection.default_channel
            )
            with node.listen(callback=node.handle_message):
                while not self._done.is_set():
                    with suppress(TimeoutError):
                        connection.drain_events(timeout=0.1)
                    self._listening.set()  # only now, as kombu subscribes with the first of them

    def _answer(self, question: str, _state: object, **_arguments: object) -> dict[str, object]:
        self._asked[question] += 1
        return {}


class TestCeleryWorkers(WorkersContract):
    @pytest.fixture
    def sender(self, valkey_url: str) -> Iterator[Celery]:
        with closing(sending_app(valkey_url, valkey_url)) as app:
            yield app

    @pytest.fixture
    def asked(self) -> Counter[str]:
        return Counter()

    @pytest.fixture
    def workers(self, sender: Celery) -> CeleryWorkers:
        return CeleryWorkers(sender)

    @pytest.fixture
    def come(self, sender: Celery, asked: Counter[str]) -> Iterator[Come]:
        there: list[Answering] = []
        yield lambda name: there.append(Answering(sender, name, asked))
        for each in there:
            each.leave()

    def test_whoever_is_only_to_be_named_is_asked_nothing_else(
        self, workers: CeleryWorkers, come: Come, asked: Counter[str]
    ) -> None:
        come("sync@one")
        assert list(workers.names()) == ["sync@one"]
        assert asked == {"ping": 1}

    def test_a_broker_that_is_away_is_told_without_its_password(self) -> None:
        away = "redis://:canary@127.0.0.1:1/0"
        with pytest.raises(Unavailable) as raised:
            CeleryWorkers(sending_app(away, away)).names()
        assert "canary" not in str(raised.value)
