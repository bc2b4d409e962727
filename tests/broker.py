"""Looking into a broker from the outside."""

import base64
import json
from typing import Any
from urllib.parse import unquote, urlsplit

import redis


def redis_client(url: str) -> redis.Redis:
    """Return a client for the broker at *url*, be it a Unix socket or a port."""
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        return redis.Redis(unix_socket_path=unquote(parts.path), password=parts.password)
    return redis.Redis.from_url(url)


def waiting_messages(url: str, queue: str) -> list[tuple[str, list[Any]]]:
    """Return the task and the arguments of each message in *queue*, the oldest first."""
    with redis_client(url) as client:
        raw = [json.loads(message) for message in client.lrange(queue, 0, -1)]
    return [
        (message["headers"]["task"], json.loads(base64.b64decode(message["body"]))[0])
        for message in reversed(raw)
    ]
