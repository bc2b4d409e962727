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
    """Return the task and the arguments of each message in *queue*, in the order of their turn."""
    return [
        (message["headers"]["task"], json.loads(base64.b64decode(message["body"]))[0])
        for message in messages_in(url, queue)
    ]


def messages_in(url: str, queue: str) -> list[dict[str, Any]]:
    """Return the messages in *queue*: the most urgent first, of those the oldest first."""
    with redis_client(url) as client:
        return [
            json.loads(message)
            for name in lists_of(queue)
            for message in reversed(client.lrange(name, 0, -1))
        ]


def lists_of(queue: str) -> list[str]:
    """Return the lists that make up *queue* on Redis, one for each step of the priority."""
    return [queue, *(f"{queue}\x06\x16{priority}" for priority in (3, 6, 9))]
