"""Find the jobs whose worker died."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from application.diagnosis import record_health
from application.ports.errors import LeaseTaken
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.health import HealthCheck, HealthStatus, Trouble, Witness
from domain.jobs import JobKind, JobRecord, JobStatus

_AT_ONCE: Final = 100
_RECOVERY: Final = "recovery"
_A_MOMENT: Final = timedelta(seconds=1)
_REMEDY: Final = "It is tried again with the next round; see the log of the workers for the cause."


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoverJobsReport:
    """How many jobs were found without anybody who does them, and what became of them."""

    queued: int = 0
    given_up: int = 0

    def as_dict(self) -> dict[str, int | str | None]:
        """Return the report as plain JSON values."""
        return {"queued": self.queued, "given_up": self.given_up}


class RecoverJobs:
    """Queue every job again whose worker died, unless too many died of it: then give it up.

    A sync that is given up is told by the health of its credential. What a dead worker wrote
    stays; its sync counts as abandoned.
    """

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self) -> RecoverJobsReport:
        """Go through all of them, a hundred at a time; two who do it at once share the work.

        Raises:
            Unavailable: the store cannot be reached; the rest is found the next time.
        """
        queued = given_up = 0
        while closed := self._close_some():
            given_up += sum(each.status is JobStatus.FAILED for each in closed)
            queued += sum(each.status is JobStatus.QUEUED for each in closed)
        return RecoverJobsReport(queued=queued, given_up=given_up)

    def _close_some(self) -> list[JobRecord]:
        """Close up to a hundred; none if there is none left, or others are at all of them."""
        with self._unit_of_work() as work:
            now = work.now()
            found = work.jobs.orphans(limit=_AT_ONCE)
            closed = [each.orphaned(at=now) for each in found if _shut_out(work, each)]
            for record in closed:
                self._close(work, record)
            work.commit()
        return closed

    def _close(self, work: UnitOfWork, record: JobRecord) -> None:
        work.jobs.save(record)
        if record.subject.kind is not JobKind.SYNC_CREDENTIAL:
            return
        now, credential_id = work.now(), record.subject.credential_id
        work.sync_runs.abandon(credential_id, at=now)
        if record.status is JobStatus.FAILED:
            trouble = Trouble(cause=HealthStatus.ERROR, detail=record.reason or "", remedy=_REMEDY)
            check = HealthCheck(witness=Witness.SYNC, failure=trouble)
            record_health(work, credential_id, check, at=now)


def _shut_out(work: UnitOfWork, record: JobRecord) -> bool:
    """Refuse whatever whoever did the job still wants to write: they may be late, and not dead.

    Tell whether that was possible; if not, they are writing at this moment.
    """
    try:
        lease = work.leases.claim(record.subject.name, holder=_RECOVERY, duration=_A_MOMENT)
    except LeaseTaken:
        return False
    work.leases.release(lease)
    return True
