"""Lengths of time, as people say them."""

from datetime import timedelta
from typing import Final

_UNITS: Final = (
    ("day", timedelta(days=1)),
    ("hour", timedelta(hours=1)),
    ("minute", timedelta(minutes=1)),
)


def in_words(duration: timedelta) -> str:
    """Return *duration* in whole units of the largest kind of which it has two, or in seconds.

    What is below nought, as between clocks that disagree, counts as nought.
    """
    for name, unit in _UNITS:
        if duration >= 2 * unit:
            return f"{duration // unit} {name}s"
    seconds = max(round(duration.total_seconds()), 0)
    return "1 second" if seconds == 1 else f"{seconds} seconds"
