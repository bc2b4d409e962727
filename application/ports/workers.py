"""The workers, as far as they can be reached over the broker."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.queues import QueueName, WorkerName


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWorker:
    """What a worker says of itself."""

    name: WorkerName
    queues: tuple[QueueName, ...]
    """Where it takes its tasks from, by name."""
    pool: str
    """What it does them with, such as `prefork`."""
    size: int
    """How many it does at a time."""
    active: int
    """How many it does now."""


class Workers(Protocol):
    """Whoever takes tasks from the queues."""

    @abstractmethod
    def answers(self, worker: WorkerName) -> bool:
        """Tell whether *worker* answers within a few seconds.

        Raises:
            Unavailable: the broker cannot be reached.
        """

    @abstractmethod
    def names(self) -> Sequence[WorkerName]:
        """Return the name of every worker that answers within a second, sorted; maybe none.

        They are asked for nothing else, so this takes a second however busy they are.

        Raises:
            Unavailable: the broker cannot be reached.
        """

    @abstractmethod
    def look(self) -> Sequence[SeenWorker]:
        """Return every worker that answers within a second, by name; empty if none does.

        Raises:
            Unavailable: the broker cannot be reached.
        """

    @abstractmethod
    def ask_for_proof(self, queues: Collection[QueueName]) -> None:
        """Send a task into each of *queues*, before all others, that proves it when it is done.

        Raises:
            Unavailable: the broker cannot be reached.
        """
