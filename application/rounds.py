"""Ask for the same work on every credential, spread over a while."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential, CredentialId
from domain.jobs import JobKind, JobRequest, JobSubject, Urgency, moment_in


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """How many active credentials there are, and how many jobs that queued."""

    credentials: int
    queued: int
    """The others waited or ran already."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"credentials": self.credentials, "queued": self.queued}


class Round:
    """Queues one job for each active credential, page by page, so that memory stays flat."""

    def __init__(
        self, *, unit_of_work: OpenUnitOfWork, kind: JobKind, window: timedelta, page_size: int
    ) -> None:
        """Within *window* each credential has a moment of its own; a new one is due at once."""
        self._unit_of_work = unit_of_work
        self._kind = kind
        self._window = window
        self._page_size = page_size

    def __call__(self) -> RoundReport:
        """Queue them.

        Raises:
            Unavailable: the store cannot be reached; some may have been queued already, which
                does no harm.
        """
        credentials = queued = 0
        for page in self._pages():
            with self._unit_of_work() as work:
                now = work.now()
                queued += work.jobs.request(
                    JobRequest(
                        subject=JobSubject.of(credential, self._kind),
                        urgency=Urgency.BACKGROUND,
                        due_at=now + moment_in(self._window, credential.id),
                    )
                    for credential in page
                )
                work.commit()
            credentials += len(page)
        return RoundReport(credentials=credentials, queued=queued)

    def _pages(self) -> Iterator[Sequence[Credential]]:
        after: CredentialId | None = None
        while True:
            with self._unit_of_work() as work:
                page = work.credentials.page(after=after, limit=self._page_size, active_only=True)
            yield page
            if len(page) < self._page_size:
                return
            after = page[-1].id


def urgent_sync(credential: Credential, *, at: datetime) -> JobRequest:
    """Return the wish of a person to see now, *at* this moment, what *credential* reaches.

    Whoever has something built or taken down wants to see that too.
    """
    return JobRequest(
        subject=JobSubject.of(credential, JobKind.SYNC_CREDENTIAL),
        urgency=Urgency.ASKED,
        due_at=at,
    )
