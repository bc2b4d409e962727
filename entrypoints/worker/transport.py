"""The way of a message from the broker to the worker, with a door before Celery."""

import logging
from functools import cache, partial
from queue import Empty
from typing import Any, Final

from adapters.queue.broker import WRITE_NOTHING
from entrypoints.worker.broadcasts import objection_to_broadcast
from entrypoints.worker.checks import with_low_clocks
from entrypoints.worker.messages import Waiting, objection, objection_to_reply

_log = logging.getLogger(__name__)

_TAKE: Final = "BRPOP"
"""The command by which kombu takes the next message out of a queue."""
_OF_REPLIES: Final = b".reply.celery.pidbox"
"""How the name of a queue ends in which a worker waits for what its neighbours answer."""
_TO_ALL: Final = "(said to all workers)"
MUST_TAKE_WRITES: Final = {"must_take_writes": True}
"""The transport options of who needs a broker that takes writes; whoever empties a full one does
not."""

Taken = tuple[bytes, bytes]
"""The key of the queue, and the message."""


@cache
def with_a_door(base: Any) -> type:  # noqa: ANN401 - a transport of kombu's, for Redis
    """Return a transport like *base* that takes no message that `objection` objects to.

    Such a message is gone from the queue for good; the log says that it came, and why it went.
    The same happens to what is said to all workers at once and cannot be understood: Celery would
    end over it.

    A broker that refuses writes, because its memory or its disk is full or because it is a replica,
    is one that is away: a worker that took a message could not note that it has it. So a refusal
    breaks the connection, and with `MUST_TAKE_WRITES` there is no new one before a write is taken.
    """
    from redis.exceptions import ResponseError  # noqa: PLC0415 - loaded where a broker is used

    class Transport(base):
        Channel = _with_a_door(_with_one_client(base.Channel))
        connection_errors = (*base.connection_errors, ResponseError)

        def establish_connection(self) -> Any:  # noqa: ANN401
            established = super().establish_connection()
            if MUST_TAKE_WRITES.items() <= self.client.transport_options.items():
                self._avail_channels[-1].client.execute_command(*WRITE_NOTHING)
            return established

    return Transport


def _with_a_door(base: Any) -> type:  # noqa: ANN401 - a channel of kombu's
    class Channel(base):
        def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401
            self._waiting = Waiting()  # what waited before comes anew with a new connection
            super().__init__(*args, **options)

        def _create_client(self, asynchronous: bool = False) -> Any:  # noqa: ANN401
            client = super()._create_client(asynchronous)
            client.set_response_callback(_TAKE, partial(through_the_door, waiting=self._waiting))
            return client

        def _handle_message(self, listening: Any, reply: Any) -> Any:  # noqa: ANN401
            return as_heard(super()._handle_message(listening, reply))

        def _receive_one(self, listening: Any) -> Any:  # noqa: ANN401
            try:
                return super()._receive_one(listening)
            except Exception as error:
                if isinstance(error, self._broken) and not isinstance(error, KeyError):
                    raise
                _refused(_TO_ALL, f"it cannot be understood ({type(error).__name__})")
                return None

        @property
        def _broken(self) -> tuple[type[Exception], ...]:
            """What says that the connection broke; kombu takes a `KeyError` for that too."""
            return (Empty, *self.connection.connection_errors, *self.connection.channel_errors)

    return Channel


def _with_one_client(base: Any) -> type:  # noqa: ANN401 - a channel of kombu's
    """Return a channel like *base* that keeps its client for as long as it has its connections.

    kombu wants one twice for each message, and makes it anew, which takes a tenth of the time that
    the main process spends on a message.
    """

    class Channel(base):
        _kept: Any = None

        def _create_client(self, asynchronous: bool = False) -> Any:  # noqa: ANN401
            if asynchronous:  # it is kept already, and waits on a connection of its own
                return super()._create_client(asynchronous)
            if self._kept is None or self._kept.connection_pool is not self.pool:
                self._kept = super()._create_client()
            return self._kept

    return Channel


def as_heard(told: dict[str, Any]) -> dict[str, Any]:
    """Return what is *told* on a channel as Celery may hear it: nothing, if it is not for us."""
    if not told["type"].endswith(b"message"):  # but that we listen now, or do not any more
        return told
    reason = objection_to_broadcast(told["channel"].decode(errors="replace"), told["data"])
    if reason is None:
        return {**told, "data": with_low_clocks(told["data"])}
    _refused(_TO_ALL, reason, bytes=len(told["data"]))
    return {**told, "data": b""}  # which kombu passes over


def through_the_door(
    reply: Any,  # noqa: ANN401 - of redis-py
    *,
    waiting: Waiting,
    **_options: object,
) -> Taken | None:
    """Return what was taken as Celery may have it, or None, as if nothing had come.

    *waiting* has the room for what is to begin later.
    """
    if not reply:
        return None
    queue, raw = reply
    is_reply = queue.endswith(_OF_REPLIES)
    reason = objection_to_reply(raw) if is_reply else objection(raw)
    if reason is None:
        passed = with_low_clocks(raw) if is_reply else waiting.place(raw)
        if passed is not None:
            return queue, passed
        reason = "too many others wait for their moment"
    _refused(queue.decode(errors="replace"), reason, bytes=len(raw))
    return None


def _refused(queue: str, reason: str, **more: object) -> None:
    _log.warning("message refused", extra={"queue": queue, "reason": reason, **more})
