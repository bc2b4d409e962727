"""The present."""

from abc import abstractmethod
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time, and lets it pass."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the present moment, aware and in UTC; it never goes back within a process."""

    @abstractmethod
    def sleep(self, seconds: float) -> None:
        """Let *seconds* pass."""
