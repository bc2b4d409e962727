"""Note that what came round was done."""

from dataclasses import dataclass
from datetime import datetime

from application.ports.unit_of_work import OpenUnitOfWork
from domain.schedule import EntryName


@dataclass(frozen=True, slots=True, kw_only=True)
class EndTurnRequest:
    """Which turn of which entry was done."""

    entry: EntryName
    turn: datetime


class EndTurn:
    """Write down that a turn was done, so that nobody asks for it again."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, request: EndTurnRequest) -> None:
        """Do so; a turn that is not the latest of its entry is no error.

        Raises:
            Unavailable: the store cannot be reached.
        """
        with self._unit_of_work() as work:
            work.schedule.end(request.entry, request.turn)
            work.commit()
