"""How much waits between those who ask for work and those who do it."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueFigure:
    """The messages of one priority that wait in one queue."""

    queue: str
    priority: int
    """0 comes first."""
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDepth:
    """What the broker holds."""

    waiting: tuple[QueueFigure, ...]
    """Each queue of ours with each priority it can have, empty or not."""
    unacknowledged: int
    """Messages that a worker has and that are not done."""


class QueueDepths(Protocol):
    """What waits in the broker; messages are hints, so this says how busy it is and no more."""

    @abstractmethod
    def read(self) -> QueueDepth:
        """Return what waits now.

        Raises:
            Unavailable: the broker cannot be reached.
        """
