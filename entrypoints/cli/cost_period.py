"""Which days `multicloud costs` is about."""

from datetime import date, timedelta
from typing import Final

import typer

from domain.costs import Period

EARLIEST: Final = date(2006, 1, 1)
"""Before that year there was nothing to pay for."""
_USUAL: Final = timedelta(days=30)
_ONE_DAY: Final = timedelta(days=1)


def chosen_period(since: str | None, until: str | None, *, today: date) -> Period:
    """Return the days from *since* to *until*; what is not given makes it 30 that end yesterday.

    It never goes beyond yesterday: what a day cost is known once it is over.

    Raises:
        BadParameter: one of them is no day, or it would hold no day that is over.
    """
    yesterday = today - _ONE_DAY
    last = min(_day(until), yesterday) if until else yesterday
    first = _day(since) if since else max(last + _ONE_DAY - _USUAL, EARLIEST)
    if first > yesterday:
        raise typer.BadParameter(
            f"{first} is not over; name a day up to {yesterday}, because what a day (UTC) cost is "
            "known once it is over."
        )
    if last < first:
        raise typer.BadParameter(
            f"The period ends on {last}, before it begins on {first}; name an earlier --since or a "
            "later --until."
        )
    return Period(first, last)


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day; write it like 2026-01-31.") from None
    if day < EARLIEST:
        raise typer.BadParameter(f"{text!r} is too early; name a day from {EARLIEST} on.")
    return day
