"""When a question is put to Google Cloud once more, and how long to wait until then."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import requests
from google.api_core.exceptions import GoogleAPICallError
from google.api_core.retry import RetryFailureReason, retry_target
from google.auth.exceptions import TransportError

from adapters.gcp.errors import asked_wait, is_per_minute, is_untrusted, reasons

T = TypeVar("T")

_WORTH_RETRYING = frozenset({408, 429, 500, 502, 503, 504})
_TOO_MANY_REQUESTS = 429
_TOO_FAST = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"})
_NO_ANSWER = (
    TransportError,
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait for Google Cloud, in seconds, and how often to ask again."""

    attempts: int
    attempts_when_down: int
    """How often it may answer that it has trouble of its own (5xx)."""
    connect_timeout: float
    read_timeout: float
    longest_wait: float
    """Whoever is asked to wait longer gives up at once and is told how long."""
    total: float
    """No further attempt begins once so much time has passed."""
    backoff: float = 1.0
    """The first wait where Google does not say how long; each further one is twice as long."""
    longest_backoff: float = 20.0

    def giving_up_after(self, *, downs: int) -> Self:
        """Return the same patience, but with fewer troubles of Google's own."""
        return replace(self, attempts_when_down=min(downs, self.attempts_when_down))


# The limits of the compute service are filled again each minute: a listing can sit that out.
LISTING = Patience(
    attempts=9,
    attempts_when_down=5,
    connect_timeout=10,
    read_timeout=60,
    longest_wait=45,
    total=240,
)
ENTERING = Patience(
    attempts=3,
    attempts_when_down=3,
    connect_timeout=5,
    read_timeout=15,
    longest_wait=5,
    total=40,
)
"""For a token: whoever starts a sync should not wait a minute to learn it cannot."""
PROBING = Patience(
    attempts=2,
    attempts_when_down=2,
    connect_timeout=3,
    read_timeout=10,
    longest_wait=2,
    total=20,
)


def patiently(ask: Callable[[], T], patience: Patience) -> T:
    """Return what *ask* returns in the end.

    Raises:
        Exception: what it raised when it is no use, or too late, to ask again.
    """
    waits = _Waits(patience)
    answer: T = retry_target(
        ask,
        waits.is_worth_another,
        waits,
        timeout=patience.total,
        exception_factory=_the_last,
    )
    return answer


class _Waits:
    """The waits between the attempts at one question: as the server asks, or ever longer."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._backoff = patience.backoff
        self._attempts = 0
        self._downs = 0
        self._asked: float | None = None

    def is_worth_another(self, exc: Exception) -> bool:
        """Tell whether to ask again after *exc*."""
        self._attempts += 1
        self._downs += _is_down(exc)
        self._asked = asked_wait(exc)
        return (
            _may_pass(exc)
            and self._attempts < self._patience.attempts
            and self._downs < self._patience.attempts_when_down
            and (self._asked or 0.0) <= self._patience.longest_wait
        )

    def __iter__(self) -> Iterator[float]:
        return self

    def __next__(self) -> float:
        # Threads that were refused together had better not come back together.
        wait = self._backoff * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self._backoff = min(2 * self._backoff, self._patience.longest_backoff)
        return wait if self._asked is None else self._asked


def _may_pass(exc: Exception) -> bool:
    if isinstance(exc, GoogleAPICallError):
        return exc.code in _WORTH_RETRYING or is_throttle(exc)
    return isinstance(exc, _NO_ANSWER) and not is_untrusted(exc)


def is_throttle(exc: GoogleAPICallError) -> bool:
    """Tell a limit that is soon filled again from a refusal; both may be 403."""
    why = set(reasons(exc))
    soon_filled = bool(why & _TOO_FAST) or ("quotaExceeded" in why and is_per_minute(exc))
    return soon_filled or exc.code == _TOO_MANY_REQUESTS


def _is_down(exc: Exception) -> bool:
    status = exc.code if isinstance(exc, GoogleAPICallError) else None
    return status is not None and status >= 500  # noqa: PLR2004 - HTTP


def _the_last(
    errors: list[Exception], _: RetryFailureReason, __: float | None
) -> tuple[Exception, Exception | None]:
    cause = errors[-1].__cause__
    return errors[-1], cause if isinstance(cause, Exception) else None
