"""A broker connection whose loss a worker survives.

Measured with celery 5.7.0, kombu 5.7.0 and redis-py 8.1.0: when the broker goes away while a task
runs, the worker closes its connection, and kombu takes the address of the broker away from the
transport. But a channel with a message that nobody has acknowledged outlives this. It opens a
connection pool to give the message back, or to acknowledge it once the task is done, does not find
the address (`'NoneType' object has no attribute 'hostname'`), and the worker ends: Celery survives
connection errors only. A transport that keeps the address lets both happen.

`tests/integration/worker/test_broker_restart.py` tells whether another version of kombu still needs
this module. If not, remove it, and `amqp=` in `celery_app.py`.
"""

from celery.app.amqp import AMQP
from kombu.connection import Connection
from kombu.utils.url import maybe_sanitize_url

from entrypoints.worker.transport import with_a_door


class LastingConnection(Connection):
    """A connection that, once closed, leaves its address to channels with work to finish."""

    def _do_close_transport(self) -> None:
        self._transport = None  # kombu would set `self._transport.client = None` before

    def get_transport_cls(self) -> type:
        """Return what takes messages from the broker, none but those that are fit for Celery."""
        chosen: type = super().get_transport_cls()  # type: ignore[no-untyped-call]
        return with_a_door(chosen)

    def info(self) -> dict[str, object]:
        """Return what `inspect stats` and Flower show; kombu leaves in the password of a socket."""
        told: dict[str, object] = super().info()  # type: ignore[no-untyped-call]
        return {**told, "hostname": maybe_sanitize_url(told["hostname"])}


class LastingAMQP(AMQP):
    """What Celery makes connections with."""

    Connection = LastingConnection
