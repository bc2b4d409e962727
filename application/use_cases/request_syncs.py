"""Ask the workers to sync some credentials now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from application.dispatching import LOST_AFTER, Dispatcher
from application.opening import must_be_active
from application.owning import credential_for, user_asking
from application.ports.errors import PortError
from application.ports.job_queue import JobQueue
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.rounds import urgent_sync
from domain.accounts import Credential, CredentialId
from domain.jobs import JobKind, JobStatus, JobSubject


class SyncWish(StrEnum):
    """What became of the wish to sync a credential. The value is public: the CLI shows it."""

    QUEUED = "queued"
    URGENT = "urgent"
    """It waited already, and comes before anything that nobody asked for."""
    ALREADY_RUNNING = "already_running"
    """Nothing new is queued before this one has ended well or was given up: then one follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSyncsRequest:
    """Which credentials to sync."""

    credential_ids: tuple[CredentialId, ...]
    user_email: str | None = None
    """Whose they must be; None: an operator asks, who may have everybody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSyncsReport:
    """What became of the wishes."""

    wishes: Mapping[CredentialId, SyncWish]
    """Of every credential that was asked for, as it stood when it was asked for."""
    handed_over: bool
    """Whether the workers were told of all of them; if not, they are as soon as there is room.

    The dispatcher looks for that every ten seconds.
    """

    @property
    def queued(self) -> int:
        """How many syncs that queued."""
        return sum(wish is SyncWish.QUEUED for wish in self.wishes.values())


class RequestSyncs:
    """Have credentials synced in the background, before anything that nobody asked for."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._dispatcher = Dispatcher(unit_of_work=unit_of_work, jobs=jobs)

    def __call__(self, request: RequestSyncsRequest) -> RequestSyncsReport:
        """Queue the syncs, and tell the workers.

        Raises:
            NotFound: this user lacks one of the credentials, or there is no such user; nothing is
                queued.
            Rejected: one of them is disabled; nothing is queued.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, request.user_email)
            credentials = [credential_for(work, user, each) for each in request.credential_ids]
            for credential in credentials:
                must_be_active(credential)
            now = work.now()
            wishes = {each.id: _becomes_of(each, work) for each in credentials}
            work.jobs.request(urgent_sync(each, at=now) for each in credentials)
            work.commit()
        return RequestSyncsReport(wishes=wishes, handed_over=self._told_of(credentials))

    def _told_of(self, credentials: Iterable[Credential]) -> bool:
        """Send what people asked for, and tell whether the jobs of all *credentials* are sent.

        More may have been asked for by others before than is sent at a time.
        """
        try:
            self._dispatcher.send_asked()
            with self._unit_of_work() as work:
                now = work.now()
                return not any(_lacks_message(each, work, at=now) for each in credentials)
        except PortError:
            return False


def _lacks_message(credential: Credential, work: UnitOfWork, *, at: datetime) -> bool:
    job = work.jobs.find(JobSubject.of(credential, JobKind.SYNC_CREDENTIAL))
    return job is None or job.lacks_message(at=at, lost_after=LOST_AFTER)


def _becomes_of(credential: Credential, work: UnitOfWork) -> SyncWish:
    # The row is only looked at: two who lock many of them, one by one, could wait for each other.
    job = work.jobs.find(JobSubject.of(credential, JobKind.SYNC_CREDENTIAL))
    if job is not None and job.status is JobStatus.RUNNING:
        return SyncWish.ALREADY_RUNNING
    waited = job is not None and job.status is JobStatus.QUEUED
    return SyncWish.URGENT if waited else SyncWish.QUEUED
