"""How long an answer asks us to wait."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def seconds_to_wait(said: str | None, *, sent: str | None) -> float | None:
    """Return how many seconds *said*, a Retry-After header, names; None if it names none.

    It may name a moment instead; then *sent*, the answer's own Date header, is what it is
    counted from, as this machine's clock may be wrong.
    """
    if said is None:
        return None
    if said.isascii() and said.isdecimal():
        return float(said)
    until, now = _moment(said), _moment(sent)
    return max(0.0, (until - now).total_seconds()) if until and now else None


def _moment(http_date: str | None) -> datetime | None:
    """Return the moment that a header names; None where it names none."""
    try:
        moment = parsedate_to_datetime(http_date or "")
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
