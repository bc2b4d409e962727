"""When a task is tried again."""

from typing import Final

MAX_RETRIES: Final = 3
BASE_SECONDS: Final = 60.0
"""The first wait is never shorter: by then the lease of a try that broke off has run out."""
LONGEST_WAIT_SECONDS: Final = 1800.0

_SHARE_OF_CHANCE: Final = 0.25


def seconds_before_retry(
    retries: int,
    *,
    retry_after: float | None,
    left: float | None,
    chance: float,
    longest: float = LONGEST_WAIT_SECONDS,
) -> float | None:
    """Return how long to wait before the next try, or None if that would be too long.

    *retries* is how many there were already, *retry_after* what the other side asked for, in
    seconds, and *chance* a random number from 0 to 1 that keeps many tasks which failed
    together from coming back together. We never come back sooner than we were asked to.

    *left* is how many seconds the message is good for, None for ever. A message that is sent
    again keeps the moment at which it expires, and would be dropped without a word after it.
    *longest* is half of the broker's visibility timeout: a message that waits for as long as that
    is handed out twice.
    """
    wait = BASE_SECONDS * 2**retries * (1 + _SHARE_OF_CHANCE * chance)
    if retry_after is not None:
        wait = max(wait, retry_after * (1 + _SHARE_OF_CHANCE * chance))
    longest = longest if left is None else min(left, longest)
    return wait if wait <= longest else None
