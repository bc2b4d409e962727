"""Read what everybody is charged."""

from collections.abc import Iterator
from dataclasses import dataclass

from application.ports.job_queue import Job, JobQueue, UpdateCostDataJob
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialId


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateAllCostDataReport:
    """How many credentials were handed over to have their cost read."""

    credentials: int

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"credentials": self.credentials}


class UpdateAllCostData:
    """Have the cost of every active credential read, each as work of its own.

    Credentials are read page by page and handed over as they come, so memory stays flat.
    """

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue, page_size: int = 1000
    ) -> None:
        self._unit_of_work = unit_of_work
        self._jobs = jobs
        self._page_size = page_size

    def __call__(self) -> UpdateAllCostDataReport:
        """Hand over one job per active credential.

        Raises:
            Unavailable: the store or the queue cannot be reached; some credentials may have been
                handed over already, which does no harm.
        """
        handed_over = self._jobs.enqueue(self._jobs_for_every_credential())
        return UpdateAllCostDataReport(credentials=handed_over)

    def _jobs_for_every_credential(self) -> Iterator[Job]:
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(after=after, limit=self._page_size, active_only=True)
            for credential in page:
                yield UpdateCostDataJob(user_id=credential.user_id, credential_id=credential.id)
            if len(page) < self._page_size:
                return
            after = page[-1].id
