"""How much may wait in a queue that nobody takes from."""

from collections.abc import Mapping
from typing import Any, Final

from celery import Celery
from kombu.connection import Connection

MOST_WAITING: Final = 2000
"""As soon as so many messages of one priority wait in one queue, we add none."""
# A message that has expired stays in Redis until a worker looks at it. What is sent again and
# again while no worker runs would fill its memory; what is not sent waits in the database.


def waiting_in(connection: Connection, queue: str, priority: int) -> int:
    """Return how many messages of *priority* wait in *queue*, those that have expired included."""
    channel: Any = connection.default_channel
    with channel.conn_or_acquire() as client:
        return int(client.llen(channel._q_for_pri(queue, priority)))  # noqa: SLF001 - it alone knows


def queue_of(app: Celery, task: str, options: Mapping[str, object] | None = None) -> str:
    """Return the name of the queue where *app* would have *task* wait, sent with *options*."""
    return str(app.amqp.router.route(dict(options or {}), task)["queue"].name)
