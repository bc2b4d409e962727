"""A clock that only tests move."""

from datetime import UTC, datetime, timedelta
from threading import Lock

from application.ports.clock import Clock

START = datetime(2030, 1, 1, 12, 0, tzinfo=UTC)


class FakeClock(Clock):
    """Stands still until it is told to go on."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start.astimezone(UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """Return the moment the clock stands at."""
        with self._lock:
            return self._now

    def advance(self, by: timedelta) -> datetime:
        """Let *by* pass and return the new present.

        Raises:
            ValueError: *by* is negative; no clock goes back.
        """
        if by < timedelta(0):
            raise ValueError("A clock does not go back.")
        with self._lock:
            self._now += by
            return self._now

    def sleep(self, seconds: float) -> None:
        """Go on by *seconds* at once."""
        self.advance(timedelta(seconds=seconds))
