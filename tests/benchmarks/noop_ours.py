"""Our worker with one job more, which does nothing: `celery -A tests.benchmarks.noop_ours`.

It is taken up, claimed, recorded and logged as every other job is.
"""

from dataclasses import dataclass
from typing import Final

from celery import current_task

from adapters.queue.task_names import TaskName
from application.undertaking import Skip, Undertakings
from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import JobKind, JobSubject, MessageId
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.use_case_log import logged
from entrypoints.worker import app
from entrypoints.worker.tasks import OWN_OPTIONS
from entrypoints.worker.tasks.base import Outcome
from tests.benchmarks.noop import TASK

__all__ = ["app"]

_AS_A_SYNC_HAS: Final = OWN_OPTIONS[TaskName.SYNC_AWS]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoNothingRequest:
    """For which credential nothing is done."""

    user_id: UserId
    credential_id: CredentialId
    message: MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class DoNothingReport:
    """How nothing ended."""

    credential_id: CredentialId
    status: str

    def as_dict(self) -> Outcome:
        """Return the report as plain JSON values."""
        return {"credential_id": self.credential_id, "status": self.status}


class DoNothing:
    """Do nothing, alone, and record it."""

    def __init__(self, undertakings: Undertakings) -> None:
        self._undertakings = undertakings

    def __call__(self, request: DoNothingRequest) -> DoNothingReport:
        """Take the job up and end it."""
        subject = JobSubject(
            kind=JobKind.SYNC_CREDENTIAL,
            user_id=request.user_id,
            credential_id=request.credential_id,
            provider=Provider.AWS,
        )
        job = self._undertakings.take_up(subject, request.message)
        if isinstance(job, Skip):
            return DoNothingReport(credential_id=request.credential_id, status=job.value)
        with job.recorded():
            return DoNothingReport(credential_id=request.credential_id, status="succeeded")


def noop(container: Container, user_id: int, credential_id: int) -> Outcome:
    """Do nothing for a credential."""
    request = DoNothingRequest(
        user_id=UserId(user_id),
        credential_id=CredentialId(credential_id),
        message=MessageId(current_task.request.id),
    )
    undertakings = Undertakings(
        unit_of_work=container.unit_of_work,
        holder=container.holder(),
        lease_duration=container.settings().lease_duration,
    )
    return logged(DoNothing(undertakings))(request).as_dict()


app.task(name=TASK, **_AS_A_SYNC_HAS)(noop)
