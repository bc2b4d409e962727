"""The way of a message from the broker to the worker, with a door before Celery."""

import logging
from functools import cache
from typing import Any, Final

from entrypoints.worker.messages import objection

_log = logging.getLogger(__name__)

_TAKE: Final = "BRPOP"
"""The command by which kombu takes the next message out of a queue."""

Taken = tuple[bytes, bytes]
"""The key of the queue, and the message."""


@cache
def with_a_door(transport: Any) -> type:  # noqa: ANN401 - one of kombu's, for Redis
    """Return a transport like *transport* that takes no message that `objection` objects to.

    Such a message is gone from the queue for good; the log says that it came, and why it went.
    """
    base: Any = transport.Channel

    class Channel(base):
        def _create_client(self, asynchronous: bool = False) -> Any:  # noqa: ANN401
            client = super()._create_client(asynchronous)
            client.set_response_callback(_TAKE, through_the_door)
            return client

    return type("Transport", (transport,), {"Channel": Channel})


def through_the_door(reply: Any, **_options: object) -> Taken | None:  # noqa: ANN401 - of redis-py
    """Return what was taken, or None, as if nothing had come, if it is not for us."""
    if not reply:
        return None
    queue, raw = reply
    if reason := objection(raw):
        _log.warning(
            "message refused",
            extra={"queue": queue.decode(errors="replace"), "reason": reason, "bytes": len(raw)},
        )
        return None
    return queue, raw
