"""Find out whose turn it is to ask for what comes round by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.schedule import MOST_SENDS, EntryName, Every, Turn

PATIENCE: Final = timedelta(minutes=5)
"""How long a turn may take; an entry that comes round sooner than that needs no second try."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimTurnsRequest:
    """What comes round, and how often."""

    entries: Mapping[EntryName, Every]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTurns:
    """Which turns are ours to ask for, and how long there is nothing else to do."""

    turns: tuple[Turn, ...]
    before: Mapping[EntryName, Turn]
    """What the entries were at; one whose first turn this is is missing."""
    next_in: timedelta
    """Until the next turn of any entry; above nought."""


class ClaimTurns:
    """Take each turn that it is time for and that nobody has taken.

    The time is the store's, so any number of those who ask do no harm, whatever their clocks say.
    A turn that nobody took while nobody asked is counted as missed, and the latest one is made
    up. One that nobody says was done is taken again after five minutes, up to three times. One
    that has yet to begin was taken before the store's clock was set back, and counts for nothing.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork, holder: str) -> None:
        self._unit_of_work = unit_of_work
        self._holder = holder

    def __call__(self, request: ClaimTurnsRequest) -> ClaimedTurns:
        """Take the turns, and return them by the names of their entries.

        Raises:
            Unavailable: the store cannot be reached; nothing was taken.
        """
        with self._unit_of_work() as work:
            now = work.now()
            known = {turn.entry: turn for turn in work.schedule.turns()}
            taken = [
                self._claim(work, entry, every, known.get(entry), now)
                for entry, every in sorted(request.entries.items())
            ]
            work.commit()
        return ClaimedTurns(
            turns=tuple(turn for turn in taken if turn is not None),
            before=known,
            next_in=min(every.turn(now) + every.period - now for every in request.entries.values()),
        )

    def _claim(
        self, work: UnitOfWork, entry: EntryName, every: Every, last: Turn | None, now: datetime
    ) -> Turn | None:
        if last is None or every.turn(now) > last.turn or last.turn > now:
            return work.schedule.claim(entry, every, by=self._holder)
        if every.period > PATIENCE and _is_forgotten(last, now):
            return work.schedule.claim_again(last, by=self._holder)
        return None


def _is_forgotten(turn: Turn, now: datetime) -> bool:
    waited = now - turn.claimed_at > PATIENCE
    return turn.ended_at is None and waited and turn.sends < MOST_SENDS
