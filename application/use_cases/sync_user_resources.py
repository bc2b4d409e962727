"""Sync everything one user has."""

from dataclasses import dataclass

from application.dispatching import Dispatcher
from application.ports.job_queue import JobQueue
from application.ports.unit_of_work import OpenUnitOfWork
from application.rounds import urgent_sync
from domain.accounts import CredentialId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncUserRequest:
    """Whose resources to sync."""

    user_id: UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncUserReport:
    """Which credentials are to be synced, by id."""

    user_id: UserId
    queued: tuple[CredentialId, ...]
    disabled: tuple[CredentialId, ...]
    """These are not, as they may not be used."""

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {
            "user_id": self.user_id,
            "queued": len(self.queued),
            "disabled": len(self.disabled),
        }


class SyncUserResources:
    """Have every active credential of a user synced, each as work of its own.

    So one slow or broken credential keeps none of the others waiting. Somebody asked for it, so
    it comes before what goes on in the background. A user without credentials has nothing to
    sync, which is no error.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._dispatcher = Dispatcher(unit_of_work=unit_of_work, jobs=jobs)

    def __call__(self, request: SyncUserRequest) -> SyncUserReport:
        """Queue one urgent job per active credential, and send what is urgent at once.

        Raises:
            NotFound: there is no such user.
            Unavailable: the store or the queue cannot be reached; what was queued is sent later.
        """
        with self._unit_of_work() as work:
            user = work.users.get(request.user_id)
            credentials = work.credentials.of_user(user.id)
            active = [credential for credential in credentials if credential.active]
            now = work.now()
            work.jobs.request(urgent_sync(credential, at=now) for credential in active)
            work.commit()
        if active:
            self._dispatcher.send_asked()
        return SyncUserReport(
            user_id=user.id,
            queued=tuple(credential.id for credential in active),
            disabled=tuple(c.id for c in credentials if not c.active),
        )
