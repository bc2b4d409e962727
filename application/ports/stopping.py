"""Being told to stop, and what becomes of Terraform then."""

from abc import abstractmethod
from enum import StrEnum
from typing import Protocol


class OnStop(StrEnum):
    """What a worker that is told to stop does with a Terraform at work. The value is a setting."""

    LEAVE = "leave"
    """Leave it alone: it goes on without its worker, and the next one follows it."""
    INTERRUPT = "interrupt"
    """Have it end in an orderly way: for a worker whose end is that of all its processes."""


class Stopping(Protocol):
    """Tells whether whoever does the work is to stop."""

    @abstractmethod
    def requested(self) -> bool:
        """Tell whether somebody asked for it; once true, it stays so. It costs nothing to ask."""
