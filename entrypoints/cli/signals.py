"""What asks a command to end."""

import signal
from types import FrameType
from typing import NoReturn


def treat_sigterm_as_interrupt() -> None:
    """Let whoever stops this process politely wait until everything has stopped."""
    signal.signal(signal.SIGTERM, _as_interrupt)


def _as_interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
