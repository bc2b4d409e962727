"""Which worker took a task through which queue, and when. Lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Protocol

from domain.queues import QueueName, QueueProof, WorkerName


class QueueProofs(Protocol):
    """Proofs that work goes through; time is the store's own, so that clocks cannot disagree."""

    @abstractmethod
    def prove(self, queue: QueueName, worker: WorkerName) -> None:
        """Note that *worker* does a task from *queue* now.

        Forget what is older than a day, and what `all` leaves out.
        """

    @abstractmethod
    def all(self) -> Sequence[QueueProof]:
        """Return the latest proof of each queue and worker, by queue, the latest first.

        One from the future is none: the store's clock was set back since.
        """
