"""How every process of ours talks to the broker and the result backend.

There is no `global_keyprefix`: the names of the queues are public, and a sender outside this
project would have to know the prefix too. Give the broker a Redis database of its own instead.
"""

from typing import Final

from application.ports.errors import Rejected

VISIBILITY_TIMEOUT: Final = 3600
"""Seconds after which a message that nobody has acknowledged is handed out again."""
# No worker renews its hold on a message while it works, so this exceeds the longest time a worker
# keeps one: the hard time limit of a task, or the longest wait before a retry (half of this). Were
# it shorter, running work would be handed out a second time: whoever gets it finds in the database
# that it is being done. It is also how long the message of a killed worker waits; the work itself
# is found in the database much sooner.

_SCHEMES: Final = ("redis", "rediss", "redis+socket", "sentinel")
_UNIX_SOCKETS: Final = ("redis+socket://", "socket://")
_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 30  # above the health check, so that a slow answer is not a dead one
_HEALTH_CHECK_SECONDS: Final = 25

WRITE_NOTHING: Final = ("SETRANGE", "multicloud:takes_writes", 0, "")
"""A command of Redis that leaves no key behind, and is refused where no message could be kept."""
FEW_TRIES: Final = {"max_retries": 1, "interval_start": 0.2}
"""How often whoever sends something, and waits for it, tries to reach the broker."""
LITTLE_PATIENCE: Final = {"socket_connect_timeout": 3, "socket_timeout": 3}
"""Seconds that it waits for the broker each time."""


def usable_broker_url(url: str) -> str:
    """Return *url* if it leads to a kind of broker that we can use.

    Raises:
        Rejected: it does not.
    """
    scheme = url.partition("://")[0]
    if scheme not in _SCHEMES:
        raise Rejected(
            "CELERY_BROKER_URL does not name a broker that can be used.",
            remedy=f"It must begin with one of {', '.join(f'{known}://' for known in _SCHEMES)}.",
        )
    return url


def broker_transport_options(
    *, sentinel_master: str, visibility_timeout: int = VISIBILITY_TIMEOUT
) -> dict[str, object]:
    """Return Celery's `broker_transport_options`; *sentinel_master* only counts with Sentinel."""
    return {
        "master_name": sentinel_master,
        "visibility_timeout": visibility_timeout,
        "unacked_restore_interval": 10,
        "unacked_restore_throttle": 1,
        "socket_connect_timeout": _CONNECT_SECONDS,
        "socket_timeout": _ANSWER_SECONDS,
        "socket_keepalive": True,
        "health_check_interval": _HEALTH_CHECK_SECONDS,
    }


def result_options(result_backend: str, *, sentinel_master: str) -> dict[str, object]:
    """Return the settings of the result backend at *result_backend*, for `app.conf.update`."""
    options: dict[str, object] = {
        "result_backend": result_backend,
        "result_expires": 3600,
        "result_backend_transport_options": {"master_name": sentinel_master},
        "redis_socket_connect_timeout": _CONNECT_SECONDS,
        "redis_socket_timeout": _ANSWER_SECONDS,
        "redis_backend_health_check_interval": _HEALTH_CHECK_SECONDS,
    }
    if not result_backend.startswith(_UNIX_SOCKETS):  # their connections refuse the option
        options["redis_socket_keepalive"] = True
    return options


def wire_format() -> dict[str, object]:
    """Return what keeps every message plain JSON."""
    return {
        "task_serializer": "json",
        "result_serializer": "json",
        "event_serializer": "json",
        "accept_content": ["json"],
        "result_accept_content": ["json"],
        "enable_utc": True,
        "timezone": "UTC",
    }
