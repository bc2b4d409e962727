"""Prove that work goes through a queue."""

from collections.abc import Collection
from dataclasses import dataclass

from application.ports.errors import Rejected
from application.ports.unit_of_work import OpenUnitOfWork
from domain.queues import QueueName, WorkerName


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveQueueRequest:
    """Which worker took the task that proves it, and through which queue."""

    queue: QueueName
    worker: WorkerName


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveQueueReport:
    """What is proven now."""

    queue: QueueName
    worker: WorkerName

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"queue": self.queue, "worker": self.worker}


class ProveQueue:
    """Write down that a task came through a queue to a worker, and was done.

    Whoever watches over a worker reads it. It takes the way of every other task: the broker, the
    worker's main process, one of its pool, the database.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork, queues: Collection[str]) -> None:
        """*queues* are ours; a message may claim to come from anywhere."""
        self._unit_of_work = unit_of_work
        self._queues = queues

    def __call__(self, request: ProveQueueRequest) -> ProveQueueReport:
        """Write it down.

        Raises:
            Rejected: the queue is none of ours.
            Unavailable: the store cannot be reached.
        """
        if request.queue not in self._queues:
            raise Rejected(
                "A message that is to prove a queue came through none of ours.",
                remedy=f"Send it to one of {', '.join(self._queues)}.",
            )
        with self._unit_of_work() as work:
            work.queue_proofs.prove(request.queue, request.worker)
            work.commit()
        return ProveQueueReport(queue=request.queue, worker=request.worker)
