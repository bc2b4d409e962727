"""A process that has everybody's resources synced, and publishes bare messages in between.

It asks for one sync of each credential as beat does, and sends the messages in lots, as many at a
time as the queue has room for. Nobody works on them: after each lot, while no clock runs, the
messages are deleted and the jobs marked as done, as if workers had been there.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kombu.messaging import Producer
from redis import Redis
from sqlalchemy import Engine, text

from adapters.persistence.engine import opened_engine
from adapters.queue.celery_queue import BATCH_SIZE, JOB_EXPIRES
from adapters.queue.room import MOST_WAITING
from adapters.queue.routes import SYNC_QUEUE
from adapters.queue.task_names import TaskName
from application.dispatching import Dispatcher
from domain.jobs import Urgency
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import load_settings
from tests.benchmarks.peak_memory import peak_mb
from tests.broker import redis_client

_LOT: Final = MOST_WAITING
_BY_CELERY_EVERY: Final = 10
"""What Celery's own sending takes is measured after so many lots, as it takes long."""
_WAITING: Final = f"{SYNC_QUEUE}\x06\x16{Urgency.BACKGROUND.value}"
_DONE: Final = text(
    "UPDATE jobs SET status = 'succeeded', sent_at = NULL, started_at = now(), ended_at = now()"
    " WHERE name = ANY(:names)"
)


@dataclass(kw_only=True)
class Timed:
    """How many messages were sent in how many seconds."""

    messages: int = 0
    seconds: float = 0.0

    def add(self, send: Callable[[], int]) -> int:
        """Time *send*, which returns how many it sent."""
        began = time.perf_counter()
        sent = send()
        self.seconds += time.perf_counter() - began
        self.messages += sent
        return sent


class Bare:
    """Publishes messages for the same task, all with the same arguments."""

    def __init__(self, container: Container) -> None:
        self._app = container.sender()

    def by_kombu(self) -> int:
        """Publish a lot in batches, with headers that were made once; nothing else is known."""
        message = self._app.amqp.create_task_message(
            "none", TaskName.SYNC_AWS.value, (1, 1), expires=JOB_EXPIRES, ignore_result=True
        )
        for number, producer in self._batches():
            message.headers["id"] = message.headers["root_id"] = f"{time.time_ns()}-{number}"
            producer.publish(  # type: ignore[no-untyped-call]
                message.body,
                exchange="",
                routing_key=SYNC_QUEUE,
                serializer="json",
                delivery_mode=2,
                priority=Urgency.BACKGROUND.value,
                headers=message.headers,
            )
        return _LOT

    def by_celery(self) -> int:
        """Send a lot in batches, as any program that uses Celery would."""
        for _, producer in self._batches():
            self._app.send_task(
                TaskName.SYNC_AWS.value,
                args=(1, 1),
                producer=producer,
                ignore_result=True,
                expires=JOB_EXPIRES,
                priority=Urgency.BACKGROUND.value,
            )
        return _LOT

    def _batches(self) -> Iterator[tuple[int, Producer]]:
        with self._app.producer_or_acquire() as producer, producer.batch(max_size=BATCH_SIZE):
            for number in range(_LOT):
                yield number, producer


def main() -> None:
    """Ask, send, and print figures as JSON."""
    settings = load_settings()
    container = build_container(settings)
    asking, sending, kombu, celery = Timed(), Timed(), Timed(), Timed()
    bare = Bare(container)
    dispatcher = Dispatcher(unit_of_work=container.unit_of_work, jobs=container.job_queue())
    with (
        redis_client(settings.broker_url) as broker,
        opened_engine(settings.database_url) as engine,
    ):
        asking.add(lambda: container.sync_all_users()().queued)
        lots = 0
        while sending.add(lambda: dispatcher.send(Urgency.BACKGROUND, limit=_LOT).sent):
            _drain(broker, engine)
            kombu.add(bare.by_kombu)
            broker.delete(_WAITING)
            if lots % _BY_CELERY_EVERY == 0:
                celery.add(bare.by_celery)
                broker.delete(_WAITING)
            lots += 1
    container.shutdown_resources()
    figures = {"asking": asking, "sending": sending, "kombu": kombu, "celery": celery}
    sys.stdout.write(
        json.dumps({"peak_mb": peak_mb(), **{name: vars(each) for name, each in figures.items()}})
    )


def _drain(broker: Redis, engine: Engine) -> None:
    ids = [json.loads(each)["headers"]["id"] for each in broker.lrange(_WAITING, 0, -1)]
    broker.delete(_WAITING)
    with engine.begin() as connection:
        connection.execute(_DONE, {"names": [each.partition("#")[0] for each in ids]})


if __name__ == "__main__":
    main()
