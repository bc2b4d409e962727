"""Hand the workers as much background work as they get through, and no more."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.dispatching import LOST_AFTER, Dispatcher
from application.ports.job_queue import JobQueue
from application.ports.unit_of_work import OpenUnitOfWork
from domain.jobs import Urgency

_LATELY: Final = timedelta(seconds=30)
_AT_LEAST: Final = 16
_AHEAD: Final = 2
"""Of what was taken lately, how many times that much may be under way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DispatchJobsReport:
    """How many messages were sent, by who waits for the work."""

    asked: int
    background: int
    held_back: int = 0
    """How many that are due wait in the store, as nobody takes what was sent before."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {
            "asked": self.asked,
            "background": self.background,
            "held_back": self.held_back,
        }


class DispatchJobs:
    """Send messages for the jobs that are due, so that users take turns and the queue stays short.

    What waits in a queue waits in its order; what waits in the store can still be overtaken. So
    no more of the background work is under way than the workers take in a minute, at their pace
    of the last half minute. What a person asked for is sent at once, however much that is, unless
    nobody takes what was sent before.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._dispatcher = Dispatcher(unit_of_work=unit_of_work, jobs=jobs)

    def __call__(self) -> DispatchJobsReport:
        """Send what is due, and say how much.

        Raises:
            Unavailable: the store or the queue cannot be reached; it is sent the next time.
        """
        asked = self._dispatcher.send_asked()
        background = self._dispatcher.send(Urgency.BACKGROUND, limit=self._room())
        return DispatchJobsReport(
            asked=asked.sent,
            background=background.sent,
            held_back=asked.held_back + background.held_back,
        )

    def _room(self) -> int:
        with self._unit_of_work() as work:
            pressure = work.jobs.pressure(lately=_LATELY, lost_after=LOST_AFTER)
        return max(_AT_LEAST, _AHEAD * pressure.taken) - pressure.outstanding
