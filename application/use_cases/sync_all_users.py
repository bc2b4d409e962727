"""Sync everything everybody has."""

from collections.abc import Iterator
from dataclasses import dataclass

from application.ports.job_queue import Job, JobQueue, SyncUserJob
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncAllUsersReport:
    """How many users were handed over to be synced."""

    users: int

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"users": self.users}


class SyncAllUsers:
    """Have the resources of every user synced, however many there are.

    Users are read page by page and handed over as they come, so memory stays flat.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue, page_size: int = 1000
    ) -> None:
        self._unit_of_work = unit_of_work
        self._jobs = jobs
        self._page_size = page_size

    def __call__(self) -> SyncAllUsersReport:
        """Hand over one job per user.

        Raises:
            Unavailable: the store or the queue cannot be reached; some users may have been
                handed over already, which does no harm.
        """
        return SyncAllUsersReport(users=self._jobs.enqueue(self._jobs_for_everybody()))

    def _jobs_for_everybody(self) -> Iterator[Job]:
        after: UserId | None = None
        while True:
            with self._unit_of_work() as work:
                users = work.users.page(after=after, limit=self._page_size)
            yield from (SyncUserJob(user_id=user.id) for user in users)
            if len(users) < self._page_size:
                return
            after = users[-1].id
