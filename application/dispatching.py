"""Send messages for jobs, as the store has them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.ports.errors import PortError
from application.ports.job_queue import Job, JobQueue, SyncCredentialJob, UpdateCostDataJob
from application.ports.unit_of_work import OpenUnitOfWork
from domain.jobs import JobKind, JobRecord, Urgency

LOST_AFTER: Final = timedelta(minutes=2)
"""When a message that nobody has taken counts as lost; should it come all the same, it is known."""
_MOST_ASKED: Final = 1000


def job_of(record: JobRecord) -> Job:
    """Return what the queue is to carry for *record*."""
    subject = record.subject
    match subject.kind:
        case JobKind.SYNC_CREDENTIAL:
            return SyncCredentialJob(
                user_id=subject.user_id,
                credential_id=subject.credential_id,
                provider=subject.provider,
                urgency=record.urgency,
                message=record.message_id,
            )
        case JobKind.UPDATE_COST_DATA:
            return UpdateCostDataJob(
                user_id=subject.user_id,
                credential_id=subject.credential_id,
                urgency=record.urgency,
                message=record.message_id,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What became of jobs that were due."""

    sent: int
    held_back: int = 0
    """How many wait in the store, as the queue has no room for them."""


class Dispatcher:
    """Sends due jobs; what cannot be sent stays in the store, to be sent the next time."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork, jobs: JobQueue) -> None:
        self._unit_of_work = unit_of_work
        self._jobs = jobs

    def send_asked(self) -> Sending:
        """Send what people asked for, a thousand jobs at most, as far as the queue has room.

        Raises:
            Unavailable: the queue cannot be reached; none of them counts as sent.
        """
        return self.send(Urgency.ASKED, limit=_MOST_ASKED)

    def send(self, urgency: Urgency, *, limit: int) -> Sending:
        """Send up to *limit* jobs of *urgency*, in a fair order, as far as the queue has room.

        Raises:
            Unavailable: the queue cannot be reached; none of them counts as sent.
        """
        if limit < 1:
            return Sending(sent=0)
        with self._unit_of_work() as work:
            due = work.jobs.send(urgency=urgency, limit=limit, lost_after=LOST_AFTER)
            work.commit()
        try:
            sent = self._jobs.enqueue(map(job_of, due))
        except PortError:
            self._take_back(due)
            raise
        if sent < len(due):
            self._take_back(due[sent:])
        return Sending(sent=sent, held_back=len(due) - sent)

    def _take_back(self, records: Sequence[JobRecord]) -> None:
        with suppress(PortError), self._unit_of_work() as work:
            work.jobs.unsend([record.subject.name for record in records])
            work.commit()
