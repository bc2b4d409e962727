"""Noticing that Redis is away, and that it is back."""

import logging
import time
from threading import Lock
from typing import Final

TRIED_AGAIN_AFTER: Final = 5.0
"""Seconds; meanwhile nobody waits for a server that does not answer."""

_log = logging.getLogger(__name__)


class Outage:
    """Remembers whether Redis answers, and says so in the log once each way."""

    def __init__(self, *, tried_again_after: float = TRIED_AGAIN_AFTER) -> None:
        """*tried_again_after* is in seconds."""
        self._tried_again_after = tried_again_after
        self._lock = Lock()
        self._try_at: float | None = None  # None: it answers

    def worth_a_try(self) -> bool:
        """Tell whether to ask Redis; during an outage one caller does now and then."""
        with self._lock:
            if self._try_at is None:
                return True
            now = time.monotonic()
            if now < self._try_at:
                return False
            self._try_at = now + self._tried_again_after
            return True

    def begins(self, error: Exception) -> None:
        """Note that Redis did not answer, with *error*, of which only the class is told."""
        with self._lock:
            first = self._try_at is None
            self._try_at = time.monotonic() + self._tried_again_after
        if first:
            _log.warning(
                "Redis does not pace the calls to the clouds (%s): until it answers, each "
                "process keeps a slower pace of its own.",
                type(error).__name__,
            )

    def ends(self) -> None:
        """Note that Redis answered."""
        with self._lock:
            last, self._try_at = self._try_at is not None, None
        if last:
            _log.info("Redis paces the calls to the clouds again.")
