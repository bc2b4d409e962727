"""Find the runs that nobody works on any more."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.ports.job_queue import JobQueue
from application.ports.unit_of_work import OpenUnitOfWork
from application.run_requests import job_of

PATIENCE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverRunsReport:
    """How many runs were found forsaken, and handed to a worker."""

    runs: int
    held_back: int = 0
    """How many were not, as nobody takes what was sent before."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"runs": self.runs, "held_back": self.held_back}


class RecoverRuns:
    """Hand every run that its worker left to another one: a message was lost, or a worker died."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        jobs: JobQueue,
        patience: timedelta = PATIENCE,
        most: int = 1000,
    ) -> None:
        """*patience* is how long a run that was just asked for may wait for its first worker."""
        self._unit_of_work = unit_of_work
        self._jobs = jobs
        self._patience = patience
        self._most = most

    def __call__(self) -> RecoverRunsReport:
        """Hand over at most a thousand runs, and say how many; the rest come next time.

        Raises:
            Unavailable: the queue cannot be reached.
        """
        with self._unit_of_work() as work:
            forsaken = work.runs.forsaken(patience=self._patience, limit=self._most)
        sent = self._jobs.enqueue(map(job_of, forsaken))
        return RecoverRunsReport(runs=sent, held_back=len(forsaken) - sent)
