"""A queue that keeps what it is given."""

from collections.abc import Iterable
from itertools import islice
from typing import Final

from application.ports.errors import PortError
from application.ports.job_queue import Job, JobQueue

BATCH_SIZE: Final = 100


class FakeJobQueue(JobQueue):
    """Remembers jobs in memory and does none of them.

    *failing* is raised in the place of every batch after the first *healthy_batches*.
    """

    def __init__(self, *, failing: PortError | None = None, healthy_batches: int = 0) -> None:
        self.jobs: list[Job] = []
        self._failing = failing
        self._healthy_batches = healthy_batches
        self.room: int | None = None
        """How many jobs it may hold; None: any number."""

    def fail_with(self, error: PortError | None) -> None:
        """Raise *error* in the place of every batch from now on; None: take them again."""
        self._failing = error

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Keep *jobs*, a batch at a time."""
        remaining = iter(jobs)
        count = 0
        while batch := tuple(islice(remaining, BATCH_SIZE)):
            if self.room is not None and len(self.jobs) >= self.room:
                break
            self._take(batch)
            count += len(batch)
        return count

    def _take(self, batch: tuple[Job, ...]) -> None:
        if self._failing is not None:
            if self._healthy_batches == 0:
                raise self._failing
            self._healthy_batches -= 1
        self.jobs.extend(batch)
