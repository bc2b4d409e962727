"""What comes round by itself, in PostgreSQL, timed by its clock."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, case, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.clock import NOW, server_time
from adapters.persistence.session import Session
from adapters.persistence.tables import schedule
from application.ports.schedule import Schedule
from domain.schedule import EntryName, Every, Turn

_C: Final = schedule.c


class SqlSchedule(Schedule):
    """The table `schedule`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def turns(self) -> Sequence[Turn]:
        """Return every row by name."""
        return [_turn(row) for row in self._session.run(select(schedule).order_by(_C.entry))]

    def claim(self, entry: EntryName, every: Every, *, by: str) -> Turn | None:
        """Insert the turn, or move the row on to it; of several who try at once one succeeds."""
        turn = every.turn(server_time(self._session))
        first = insert(schedule).values(
            entry=entry, turn=turn, claimed_by=by, claimed_at=NOW, sends=1, missed=0
        )
        elapsed = func.extract("epoch", first.excluded.turn - _C.turn)
        left_out = func.floor(elapsed / every.period.total_seconds()) - 1
        claimed = first.on_conflict_do_update(
            index_elements=[_C.entry],
            set_={
                "turn": first.excluded.turn,
                "claimed_by": first.excluded.claimed_by,
                "claimed_at": first.excluded.claimed_at,
                "sends": 1,
                "ended_at": None,
                "missed": _C.missed + func.greatest(left_out, 0),
                "missed_at": case((left_out > 0, first.excluded.claimed_at), else_=_C.missed_at),
            },
            where=or_(_C.turn < first.excluded.turn, _C.turn > NOW),
        )
        row = self._session.run(claimed.returning(schedule)).one_or_none()
        return None if row is None else _turn(row)

    def claim_again(self, turn: Turn, *, by: str) -> Turn | None:
        """Take it if the row is just as it was read."""
        unchanged = (_C.turn == turn.turn, _C.sends == turn.sends, _C.ended_at.is_(None))
        again = update(schedule).where(_C.entry == turn.entry, *unchanged)
        again = again.values(claimed_by=by, claimed_at=NOW, sends=_C.sends + 1)
        row = self._session.run(again.returning(schedule)).one_or_none()
        return None if row is None else _turn(row)

    def give_back(self, turn: Turn, *, before: Turn | None) -> bool:
        """Write *before* over the row, or remove it, if it is just as it was taken."""
        ours = (
            _C.entry == turn.entry,
            _C.turn == turn.turn,
            _C.claimed_by == turn.claimed_by,
            _C.claimed_at == turn.claimed_at,
            _C.ended_at.is_(None),
        )
        undone = delete(schedule) if before is None else update(schedule).values(**asdict(before))
        row = self._session.run(undone.where(*ours).returning(_C.entry)).one_or_none()
        return row is not None

    def end(self, entry: EntryName, turn: datetime) -> None:
        """Stamp the row if it is at this turn."""
        done = update(schedule).where(_C.entry == entry, _C.turn == turn).values(ended_at=NOW)
        self._session.run(done)


def _turn(row: Row[Any]) -> Turn:
    return Turn(
        entry=EntryName(row.entry),
        turn=row.turn,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        sends=row.sends,
        ended_at=row.ended_at,
        missed=row.missed,
        missed_at=row.missed_at,
    )
