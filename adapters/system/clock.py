"""The clock of this machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock

from application.ports.clock import Clock


def _machine_time() -> datetime:
    return datetime.now(UTC)


class SystemClock(Clock):
    """Tells the machine's time; while that is set back it stands still."""

    def __init__(self, *, read: Callable[[], datetime] = _machine_time) -> None:
        self._read = read
        self._latest = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the present, never earlier than it was returned before."""
        with self._lock:
            self._latest = max(self._latest, self._read())
            return self._latest

    def sleep(self, seconds: float) -> None:
        """Do nothing for *seconds*."""
        time.sleep(seconds)
