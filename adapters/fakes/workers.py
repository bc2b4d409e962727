"""Workers that are there because somebody said so."""

from collections.abc import Callable, Collection, Sequence

from application.ports.errors import PortError
from application.ports.workers import SeenWorker, Workers
from domain.queues import QueueName, WorkerName


class FakeWorkers(Workers):
    """Nobody is there until somebody comes."""

    def __init__(self) -> None:
        self.there: list[SeenWorker] = []
        self.asked: list[QueueName] = []
        """The queues that somebody wanted to have proven, in order."""
        self.failure: PortError | None = None
        """What every question raises, if set."""
        self.on_ask: Callable[[QueueName], object] = lambda _queue: None
        """What becomes of a question: a worker proves the queue, or does not."""

    def come(
        self, name: str, *, queues: Sequence[str] = (), size: int = 1, active: int = 0
    ) -> None:
        """Let a worker come."""
        self.there.append(
            SeenWorker(
                name=WorkerName(name),
                queues=tuple(sorted(map(QueueName, queues))),
                pool="prefork",
                size=size,
                active=active,
            )
        )

    def answers(self, worker: WorkerName) -> bool:
        """Tell whether it has come."""
        return worker in self.names()

    def names(self) -> Sequence[WorkerName]:
        """Return the names of those who have come."""
        if self.failure is not None:
            raise self.failure
        return sorted(seen.name for seen in self.there)

    def look(self) -> Sequence[SeenWorker]:
        """Return who has come."""
        if self.failure is not None:
            raise self.failure
        return sorted(self.there, key=lambda seen: seen.name)

    def ask_for_proof(self, queues: Collection[QueueName]) -> None:
        """Note the queues, and let happen what is to happen."""
        if self.failure is not None:
            raise self.failure
        for queue in queues:
            self.asked.append(queue)
            self.on_ask(queue)
