"""A broker that says what it was told to say."""

from collections import Counter

from application.ports.errors import PortError
from application.ports.queue_depths import QueueDepth, QueueDepths, QueueFigure

_QUEUES = ("celery", "sync", "terraform")
_PRIORITIES = (0, 3, 6, 9)


class FakeQueueDepths(QueueDepths):
    """Every queue is empty until something is put there."""

    def __init__(self) -> None:
        self.unacknowledged = 0
        self.failure: PortError | None = None
        """What reading raises, if set."""
        self._waiting: Counter[tuple[str, int]] = Counter()

    def put(self, queue: str, *, priority: int = 0, messages: int = 1) -> None:
        """Let so many more *messages* wait there."""
        self._waiting[queue, priority] += messages

    def read(self) -> QueueDepth:
        """Return what was put there."""
        if self.failure is not None:
            raise self.failure
        waiting = (
            QueueFigure(queue=queue, priority=step, waiting=self._waiting[queue, step])
            for queue in _QUEUES
            for step in _PRIORITIES
        )
        return QueueDepth(waiting=tuple(waiting), unacknowledged=self.unacknowledged)
