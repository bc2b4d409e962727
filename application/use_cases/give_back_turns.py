"""Leave to others what nobody could be asked to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from application.ports.unit_of_work import OpenUnitOfWork
from domain.schedule import EntryName, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveBackTurnsRequest:
    """Turns that were taken, and for which nothing was sent."""

    turns: Sequence[Turn]
    before: Mapping[EntryName, Turn]
    """What their entries were at, as `ClaimedTurns` tells it."""


class GiveBackTurns:
    """Make turns free again, as if they had never been taken.

    So they are made up as soon as anybody can, and who only takes turns does not look alive.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, request: GiveBackTurnsRequest) -> None:
        """Do so; what was done or taken by others meanwhile is left as it is.

        Raises:
            Unavailable: the store cannot be reached; the turns stay taken.
        """
        with self._unit_of_work() as work:
            for turn in request.turns:
                work.schedule.give_back(turn, before=request.before.get(turn.entry))
            work.commit()
