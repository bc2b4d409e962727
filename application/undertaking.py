"""Do a job alone, and record how it went: done, to be tried again, or given up."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from application.diagnosis import trouble_from
from application.key_proof import ProveKey
from application.ports.errors import (
    LeaseLost,
    LeaseTaken,
    Permanent,
    PortError,
    Postponed,
    Rejected,
    WrongKey,
)
from application.ports.unit_of_work import OpenUnitOfWork
from domain.errors import DomainError
from domain.jobs import (
    JobRecord,
    JobStatus,
    JobSubject,
    MessageId,
    Urgency,
    wait_before_retry,
)
from domain.leases import Lease


class Skip(StrEnum):
    """Why a job was not done to its end. The value is public: tasks return it."""

    ALREADY_RUNNING = "already_running"
    """Somebody else does it at this moment."""
    ALREADY_DONE = "already_done"
    """This very message was answered before; it was delivered once more."""
    NOT_YET = "not_yet"
    """It failed, and is to be tried again later than this message came."""
    LEFT_UNFINISHED = "left_unfinished"
    """The worker is to stop: the job was put back, for the next worker to do."""


class Undertaking:
    """A job that is ours, for as long as its lease is."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        lease: Lease,
        record: JobRecord,
        message: MessageId | None,
        goes_on: bool,
    ) -> None:
        """*goes_on*: somebody tries again by itself, if it does not come to its end."""
        self._unit_of_work = unit_of_work
        self._record = record
        self._message = message
        self._goes_on = goes_on
        self._unfinished: Exception | None = None
        self.lease = lease

    def try_again_for(self, error: Exception) -> None:
        """Have the job tried again although it comes to its end: *error* kept it from the rest."""
        self._unfinished = error

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """Record how the block ends, and give the lease back.

        Raises:
            Postponed: what it raised may pass, and the job will be tried again.
            BaseException: whatever it raised otherwise.
        """
        try:
            yield
        except LeaseLost:
            raise  # whoever took over records it
        except BaseException as error:
            until = self._end(error)
            if until is not None and isinstance(error, PortError):
                raise _postponed(error, until) from error
            raise
        self._end(self._unfinished)

    def _end(self, error: BaseException | None) -> datetime | None:
        """Record it; return when the job is tried again, None if it is not.

        If it cannot be recorded the lease runs out, and the job is found without one.
        """
        with suppress(PortError):
            return self._record_end(error)
        return None

    def _record_end(self, error: BaseException | None) -> datetime | None:
        with self._unit_of_work() as work:
            work.leases.give_back(self.lease)
            now = work.now()
            known = work.jobs.find(self._record.subject, for_update=True)
            if known is not None:  # a person may have asked for it meanwhile
                self._record = self._record.with_wishes_of(known)
            record = self._judged(error, now)
            work.jobs.save(record)
            work.commit()
        return record.due_at if record.status is JobStatus.QUEUED else None

    def _judged(self, error: BaseException | None, now: datetime) -> JobRecord:
        if error is None:
            return self._record.succeeded(at=now, by=self._message)
        if not isinstance(error, Exception):
            return self._stopped(now)
        reason = str(error) if isinstance(error, PortError) else trouble_from(error).detail
        final = isinstance(error, Permanent | DomainError) or self._record.used_up
        if final or not self._goes_on:
            return self._record.came_to_nothing(reason, at=now, by=self._message)
        wait = wait_before_retry(
            self._record.attempts,
            retry_after=error.retry_after if isinstance(error, PortError) else None,
            number=self._record.subject.credential_id,
        )
        return self._record.postponed(reason, until=now + wait)

    def _stopped(self, now: datetime) -> JobRecord:
        if not self._goes_on:
            return self._record.came_to_nothing("It was stopped before its end.", at=now)
        return self._record.put_back(at=now)


class Undertakings:
    """Takes up jobs in the name of *holder*."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        holder: str,
        lease_duration: timedelta,
        prove_key: ProveKey = lambda: None,
    ) -> None:
        """Nothing is taken up before *prove_key* has returned."""
        self._prove_key = prove_key
        self._unit_of_work = unit_of_work
        self._holder = holder
        self._lease_duration = lease_duration

    def take_up(self, subject: JobSubject, message: MessageId | None) -> Undertaking | Skip:
        """Return the job, ours from now on, or why there is nothing to do.

        *message* is what asks for it; None: somebody who waits for the end of it.

        Raises:
            WrongKey: this process has another key than the service; the job waits as it is for one
                that has the right key.
            Rejected: the workers died of it too often; whoever looks for such jobs records that.
        """
        try:
            self._prove_key()
        except WrongKey as refusal:
            if message is not None:
                self._leave_word(subject, refusal)
            raise
        with self._unit_of_work() as work:
            try:
                lease = work.leases.claim(
                    subject.name, holder=self._holder, duration=self._lease_duration
                )
            except LeaseTaken:
                return Skip.ALREADY_RUNNING
            now = work.now()
            known = work.jobs.find(subject, for_update=True)
            if known is not None and (skip := _skipped(known, message, now)):
                return skip  # without a commit: the lease was never claimed
            before = known or _fresh(subject, now)
            _must_not_be_deadly(before, now)
            record = before.begun(at=now)
            work.jobs.save(record)
            work.commit()
        # whoever waits for the end would ask again, but whoever had asked before does not know
        goes_on = message is not None or (known is not None and known.status is JobStatus.QUEUED)
        return Undertaking(
            unit_of_work=self._unit_of_work,
            lease=lease,
            record=record,
            message=message,
            goes_on=goes_on,
        )

    def _leave_word(self, subject: JobSubject, refusal: WrongKey) -> None:
        """Say beside a job that waits why nobody has begun it; its message counts as lost soon."""
        with suppress(PortError), self._unit_of_work() as work:
            known = work.jobs.find(subject, for_update=True)
            if known is not None and known.status is JobStatus.QUEUED:
                work.jobs.save(replace(known, reason=f"A worker refused to begin it: {refusal}"))
                work.commit()


def _postponed(error: PortError, until: datetime) -> Postponed:
    again = f"It is tried again at {until:%H:%M:%S} UTC."
    return Postponed(error.summary, remedy=f"{error.remedy} {again}".strip())


def _skipped(known: JobRecord, message: MessageId | None, now: datetime) -> Skip | None:
    if known.answers(message):
        return Skip.ALREADY_DONE
    if known.waits_for_its_time(message, at=now):
        return Skip.NOT_YET
    return None


def _must_not_be_deadly(record: JobRecord, now: datetime) -> None:
    """Refuse to begin what its workers died of: it runs, and yet its lease was free."""
    if record.status is JobStatus.RUNNING and record.used_up:
        raise Rejected(record.orphaned(at=now).reason or record.deaths)


def _fresh(subject: JobSubject, now: datetime) -> JobRecord:
    return JobRecord(
        subject=subject,
        status=JobStatus.QUEUED,
        urgency=Urgency.ASKED,
        occurrence=1,
        queued_at=now,
        due_at=now,
    )
