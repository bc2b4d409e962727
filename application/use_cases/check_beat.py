"""Find out whether somebody asks for what comes round by itself."""

from dataclasses import dataclass
from datetime import timedelta

from application.ports.unit_of_work import OpenUnitOfWork
from domain.schedule import Turn, last_taken


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckBeatRequest:
    """How long ago beat may have asked for something last."""

    within: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class BeatLife:
    """Whether a beat is at work; any of them, for they take turns."""

    last: Turn | None
    """The turn that was taken last; None if none was, or the clock was set back since."""
    age: timedelta | None
    """How long ago that was, by the clock of the store."""
    alive: bool


class CheckBeat:
    """Tell when a beat last took a turn.

    That suffices: a beat that cannot reach the broker takes none, and gives back what it took.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, request: CheckBeatRequest) -> BeatLife:
        """Look.

        Raises:
            Unavailable: the store cannot be reached.
        """
        with self._unit_of_work() as work:
            turns = work.schedule.turns()
            now = work.now()
        last = last_taken(turns, at=now)
        age = now - last.claimed_at if last else None
        return BeatLife(last=last, age=age, alive=age is not None and age <= request.within)
