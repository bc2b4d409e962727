"""What comes round by itself, and when it is somebody's turn to ask for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NewType

from domain.errors import InvalidValue

EntryName = NewType("EntryName", str)
"""What comes round, such as "sync everybody"."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MOST_SENDS: Final = 3
"""How often one turn is asked for, where nobody says that it was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """A turn every *period*, the first of a day at *offset* after midnight UTC."""

    period: timedelta
    offset: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        if self.period < timedelta(seconds=1):
            raise InvalidValue("period", self.period, "it must be a second or more")

    def turn(self, at: datetime) -> datetime:
        """Return when the turn began that it is at *at*."""
        since = at - _EPOCH - self.offset
        return _EPOCH + self.offset + since // self.period * self.period

    def left_out(self, last: datetime, turn: datetime) -> int:
        """Return how many turns lie between *last* and *turn*, neither counted."""
        return max((turn - last) // self.period - 1, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """The latest turn of an entry that somebody took."""

    entry: EntryName
    turn: datetime
    """When it began; the moment is its name."""
    claimed_by: str
    claimed_at: datetime
    sends: int = 1
    """How often it was asked for."""
    ended_at: datetime | None = None
    """When it was done; None: not yet, or nobody knows."""
    missed: int = 0
    """How many turns nobody took, ever: no beat reached the broker, or the queue was full."""
    missed_at: datetime | None = None
    """When the last of them was noticed."""


def last_taken(turns: Iterable[Turn], *, at: datetime) -> Turn | None:
    """Return which of *turns* was taken last; None if none was.

    One that was taken after *at* says nothing: the clock was set back since.
    """
    taken = (turn for turn in turns if turn.claimed_at <= at)
    return max(taken, key=lambda turn: turn.claimed_at, default=None)
