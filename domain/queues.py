"""Where messages wait, and how we know that somebody takes them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NewType

QueueName = NewType("QueueName", str)
"""What the broker calls a queue, such as `sync`."""
WorkerName = NewType("WorkerName", str)
"""What a worker calls itself, such as `celery@host`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueProof:
    """A worker took a message from a queue and did what it asked for."""

    queue: QueueName
    worker: WorkerName
    proven_at: datetime
    age: timedelta
    """How long ago that was, by the clock of the store."""
