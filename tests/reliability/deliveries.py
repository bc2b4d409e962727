"""What the broker holds, and how often it handed something out."""

import json
from typing import Any, Final

from adapters.queue.task_names import TaskName
from domain.accounts import Credential
from tests.broker import redis_client
from tests.reliability.ground import Ground
from tests.reliability.rig import Worker, a_sender

HASTY: Final = "tests.reliability.hasty"
"""The app of workers that look every second for what others hold too long."""


def waiting(ground: Ground) -> list[dict[str, Any]]:
    """Return every message that waits in the broker, of whatever queue and priority."""
    with redis_client(ground.environment["CELERY_BROKER_URL"]) as client:
        lists = [key for key in client.scan_iter() if client.type(key) == b"list"]
        return [json.loads(raw) for key in lists for raw in client.lrange(key, 0, -1)]


def all_quiet(ground: Ground) -> bool:
    """Tell whether no message waits, and none is held by a worker."""
    with redis_client(ground.environment["CELERY_BROKER_URL"]) as client:
        return not waiting(ground) and client.hlen("unacked") == 0


def sent_by_hand(ground: Ground, credential: Credential, **options: object) -> None:
    """Send a message that asks for the sync of *credential*."""
    with a_sender(ground.environment) as sender:
        ids = (credential.user_id, credential.id)
        sender.send_task(TaskName.SYNC_AWS.value, args=ids, ignore_result=True, **options)


def deliveries(worker: Worker, name: str) -> int:
    """Return how often *worker* was given the message called *name*."""
    return worker.said().count(f"[{name}] received")
