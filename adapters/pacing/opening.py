"""From the address of a Redis to the pacing that lives there."""

from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.retry import Retry

from adapters.pacing.local import LocalPacing
from adapters.pacing.shared import RedisPacing

_PATIENCE: Final = 1.0
"""Seconds to wait for Redis; it answers in less than one thousandth of that."""
_TLS_FILES: Final = ("ssl_ca_certs", "ssl_certfile", "ssl_keyfile")


def pacing_at(url: str | None) -> RedisPacing | LocalPacing:
    """Return the pacing in the Redis at *url*; None: that of this process alone.

    Nothing is connected before its first use.
    """
    if url is None:
        return LocalPacing()
    return RedisPacing(client_of(url))


def client_of(url: str) -> redis.Redis:
    """Return a client for an address as Celery writes it, be it of a port or of a Unix socket."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    socket = parts.scheme == "redis+socket"
    database = query.get("virtual_host", "") if socket else parts.path.strip("/")
    common: dict[str, Any] = {
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "db": int(database) if database.isdecimal() else 0,
        "socket_timeout": _PATIENCE,
        "socket_connect_timeout": _PATIENCE,
        # One more try: the connection may have been closed while nobody used it.
        "retry": Retry(NoBackoff(), 1, supported_errors=(RedisConnectionError,)),
    }
    if socket:
        return redis.Redis(unix_socket_path=unquote(parts.path), **common)
    return redis.Redis(
        host=unquote(parts.hostname or "localhost"),
        port=parts.port or 6379,
        **common,
        **(_tls(query) if parts.scheme == "rediss" else {}),
    )


def _tls(query: dict[str, str]) -> dict[str, Any]:
    """Return the options for TLS; Celery calls the requirement `CERT_REQUIRED` or `required`."""
    required = query.get("ssl_cert_reqs", "required").removeprefix("CERT_").lower()
    files: dict[str, Any] = {name: query[name] for name in _TLS_FILES if name in query}
    checked = {"ssl_cert_reqs": required, "ssl_check_hostname": required != "none"}
    return {"ssl": True, **checked, **files}
