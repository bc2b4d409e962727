"""Counting what waits in the broker."""

from typing import Final

from celery import Celery

from adapters.queue.errors import broker_errors
from adapters.queue.routes import QUEUES
from application.ports.queue_depths import QueueDepth, QueueDepths, QueueFigure

_PATIENCE: Final = 3.0


class CeleryQueueDepths(QueueDepths):
    """Asks Redis for the length of each list of each queue, all in one round trip."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def read(self) -> QueueDepth:
        """Count them; a queue has one list for each step of its priorities."""
        with (
            broker_errors(self._app),
            self._app.pool.acquire(block=True, timeout=_PATIENCE) as connection,
        ):
            channel = connection.default_channel
            places = [(queue, step) for queue in QUEUES for step in channel.priority_steps]
            with channel.conn_or_acquire() as client, client.pipeline(transaction=False) as pipe:
                for queue, step in places:
                    pipe.llen(channel._q_for_pri(queue, step))  # noqa: SLF001 - it alone knows
                pipe.hlen(channel.unacked_key)
                *lengths, unacknowledged = pipe.execute()
        waiting = (
            QueueFigure(queue=queue, priority=step, waiting=int(length))
            for (queue, step), length in zip(places, lengths, strict=True)
        )
        return QueueDepth(waiting=tuple(waiting), unacknowledged=int(unacknowledged))
