"""What comes round by itself, in memory, timed by the store's clock."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.schedule import Schedule
from domain.schedule import EntryName, Every, Turn


class MemorySchedule(Schedule):
    """Turns, kept in the tables of one unit."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._turns = tables.schedule
        self._clock = clock

    def turns(self) -> Sequence[Turn]:
        """Return them by name."""
        return [self._turns[entry] for entry in sorted(self._turns)]

    def claim(self, entry: EntryName, every: Every, *, by: str) -> Turn | None:
        """Take the turn unless it, or a later one that has begun, was taken."""
        now = self._clock.now()
        turn, last = every.turn(now), self._turns.get(entry)
        if last is not None and turn <= last.turn <= now:
            return None
        left_out = every.left_out(last.turn, turn) if last else 0
        missed = (last.missed if last else 0) + left_out
        missed_at = now if left_out else last.missed_at if last else None
        taken = Turn(
            entry=entry,
            turn=turn,
            claimed_by=by,
            claimed_at=now,
            missed=missed,
            missed_at=missed_at,
        )
        self._turns[entry] = taken
        return taken

    def claim_again(self, turn: Turn, *, by: str) -> Turn | None:
        """Take it if it is just as it was read."""
        last = self._turns.get(turn.entry)
        unchanged = last is not None and (last.turn, last.sends) == (turn.turn, turn.sends)
        if last is None or not unchanged or last.ended_at is not None:
            return None
        again = replace(last, claimed_by=by, claimed_at=self._clock.now(), sends=last.sends + 1)
        self._turns[turn.entry] = again
        return again

    def give_back(self, turn: Turn, *, before: Turn | None) -> bool:
        """Put *before* in its place if it is just as it was taken."""
        if self._turns.get(turn.entry) != turn:
            return False
        if before is None:
            del self._turns[turn.entry]
        else:
            self._turns[turn.entry] = before
        return True

    def end(self, entry: EntryName, turn: datetime) -> None:
        """Note it if it is the latest."""
        last = self._turns.get(entry)
        if last is not None and last.turn == turn:
            self._turns[entry] = replace(last, ended_at=self._clock.now())
