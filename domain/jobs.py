"""Background work on a credential: asked for, taken up, tried again, done or given up."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Final, NewType, Self

from domain.accounts import Credential, CredentialId, Provider, UserId
from domain.leases import LeaseName, cost_lease, sync_lease

MessageId = NewType("MessageId", str)
"""The id of a message that asks for work; the same message may arrive more than once."""

MOST_ATTEMPTS: Final = 3
"""How often one job is begun before it is given up."""

_GOLDEN: Final = 0.6180339887498949
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(hours=6)
_SHARE_OF_SPREAD: Final = 0.25


class JobKind(StrEnum):
    """What is to be done. The value is public and stored."""

    SYNC_CREDENTIAL = "sync_credential"
    UPDATE_COST_DATA = "update_cost_data"


class JobStatus(StrEnum):
    """How a job stands. The value is public and stored."""

    QUEUED = "queued"
    """To be done once it is due."""
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """Given up until it is asked for anew; the reason is kept."""

    @property
    def ended(self) -> bool:
        """Whether nobody does it, or is to do it, until it is asked for anew."""
        return self in {JobStatus.SUCCEEDED, JobStatus.FAILED}


class Urgency(IntEnum):
    """Who waits for a job. The value is stored, and the priority of its message: 0 comes first."""

    ASKED = 0
    """A person asked for it."""
    BACKGROUND = 6
    """It comes round by itself."""


_LEASES: Final[dict[JobKind, Callable[[CredentialId], LeaseName]]] = {
    JobKind.SYNC_CREDENTIAL: sync_lease,
    JobKind.UPDATE_COST_DATA: cost_lease,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSubject:
    """What a job works on, and how."""

    kind: JobKind
    user_id: UserId
    credential_id: CredentialId
    provider: Provider

    @classmethod
    def of(cls, credential: Credential, kind: JobKind) -> Self:
        """Return the subject of what *kind* says, done for *credential*."""
        return cls(
            kind=kind,
            user_id=credential.user_id,
            credential_id=credential.id,
            provider=credential.provider,
        )

    @property
    def name(self) -> LeaseName:
        """The name of the job and of the lease under which it is done: there is one of each."""
        return _LEASES[self.kind](self.credential_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRequest:
    """A wish to have something done; for a job that waits already it changes nothing but hurry."""

    subject: JobSubject
    urgency: Urgency
    due_at: datetime | None
    """When to begin; None, and whatever was never asked for before: at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """The one job of its subject, as it was asked for last."""

    subject: JobSubject
    status: JobStatus
    urgency: Urgency
    occurrence: int
    """Grows by one each time the job is asked for after it had ended."""
    queued_at: datetime
    due_at: datetime
    sent_at: datetime | None = None
    """When a message was sent for it last; None while none is under way."""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    attempts: int = 0
    """How often it was begun since it was asked for."""
    reason: str | None = None
    """Why the last attempt failed, in a sentence; None if none did."""
    done_by: MessageId | None = None
    """The message that ended it last."""
    asked_again: bool = False
    """A person asked for it while this attempt ran: once that has ended it is queued anew."""

    @property
    def message_id(self) -> MessageId:
        """The id of every message that is sent for this occurrence."""
        return MessageId(f"{self.subject.name}#{self.occurrence}")

    def answers(self, message: MessageId | None) -> bool:
        """Tell whether what *message* asks for was done already; None is always a new wish."""
        if message is None:
            return False
        if message == self.done_by:  # also if something newer was asked for since
            return True
        return self.status.ended and self._is_ours(message)

    def waits_for_its_time(self, message: MessageId | None, *, at: datetime) -> bool:
        """Tell whether *message* comes before the job is to be tried again."""
        waits = self.status is JobStatus.QUEUED and self.due_at > at
        return waits and message is not None and self._is_ours(message)

    def lacks_message(self, *, at: datetime, lost_after: timedelta) -> bool:
        """Tell whether it is due, and no message for it is younger than *lost_after*."""
        sent = self.sent_at is not None and self.sent_at >= at - lost_after
        return self.status is JobStatus.QUEUED and self.due_at <= at and not sent

    def _is_ours(self, message: MessageId) -> bool:
        name, _, occurrence = message.rpartition("#")
        known = name == self.subject.name and occurrence.isdecimal()
        return known and int(occurrence) <= self.occurrence

    @property
    def used_up(self) -> bool:
        """Whether it was begun as often as it may be."""
        return self.attempts >= MOST_ATTEMPTS

    def begun(self, *, at: datetime) -> Self:
        """Return the job, running; one that had ended is asked for anew by that."""
        anew = self.status.ended
        return replace(
            self,
            status=JobStatus.RUNNING,
            occurrence=self.occurrence + anew,
            queued_at=at if anew else self.queued_at,
            due_at=at if anew else self.due_at,
            attempts=1 if anew else self.attempts + 1,
            started_at=at,
            ended_at=None,
            reason=None,
            asked_again=False,
        )

    def succeeded(self, *, at: datetime, by: MessageId | None) -> Self:
        """Return the job, done; or queued anew, if a person asked for it since it was begun.

        What they want to see may have come about after this attempt had looked there.
        """
        done = replace(
            self,
            status=JobStatus.SUCCEEDED,
            ended_at=at,
            done_by=by,
            reason=None,
            sent_at=None,
            asked_again=False,
        )
        return done.anew(at=at) if self.asked_again else done

    def came_to_nothing(self, reason: str, *, at: datetime, by: MessageId | None = None) -> Self:
        """Return the job, given up for *reason*; or queued anew, if a person asked for it since.

        Whoever asked did so after this attempt had begun, and may have mended what it failed of;
        until the next attempt begins, *reason* is all that is known.
        """
        ended = replace(
            self, status=JobStatus.FAILED, ended_at=at, done_by=by, reason=reason, sent_at=None
        )
        return replace(ended.anew(at=at), reason=reason) if self.asked_again else ended

    def anew(self, *, at: datetime) -> Self:
        """Return the job as it is when it is asked for once more after its end."""
        return replace(
            self,
            status=JobStatus.QUEUED,
            occurrence=self.occurrence + 1,
            queued_at=at,
            due_at=at,
            attempts=0,
            reason=None,
            asked_again=False,
        )

    def with_wishes_of(self, stored: Self) -> Self:
        """Return the job as it was asked for meanwhile, which *stored* tells."""
        return replace(
            self,
            urgency=min(self.urgency, stored.urgency),
            asked_again=self.asked_again or stored.asked_again,
        )

    def postponed(self, reason: str, *, until: datetime) -> Self:
        """Return the job, to be tried again because of *reason*."""
        return replace(self, status=JobStatus.QUEUED, due_at=until, reason=reason, sent_at=None)

    def put_back(self, *, at: datetime) -> Self:
        """Return the job, to be begun again at once: the attempt was stopped and does not count.

        It keeps its place in the line of its user: it has waited longer than those behind it.
        """
        due = min(self.due_at, at)  # whoever waits for the end may have begun it before its time
        return replace(
            self, status=JobStatus.QUEUED, due_at=due, attempts=self.attempts - 1, sent_at=None
        )

    @property
    def deaths(self) -> str:
        """How often its workers died, in a sentence; true while it runs and nobody does it."""
        times = _times(self.attempts)
        return f"The worker died {times} while it did this, or could not record its end."

    def orphaned(self, *, at: datetime) -> Self:
        """Return the job as it goes on after whoever did it died."""
        if not self.used_up:
            return self.postponed(self.deaths, until=at)
        anew = "It is queued anew, as a person asked for it meanwhile"
        fate = anew if self.asked_again else "It was given up"
        look = "see the log of the workers and whether they have enough memory."
        return self.came_to_nothing(f"{self.deaths} {fate}: {look}", at=at)


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times in a row"


def moment_in(window: timedelta, number: int) -> timedelta:
    """Return the moment of *window* that belongs to *number*, always the same one.

    Neighbouring numbers get moments far apart, and many fill the window evenly: the fractional
    parts of the multiples of the golden ratio do that.
    """
    return window * ((number * _GOLDEN) % 1.0)


def wait_before_retry(attempts: int, *, retry_after: float | None, number: int) -> timedelta:
    """Return how long to wait after so many *attempts*, at least one: one minute, two, four ...

    Never shorter than the other side asked with *retry_after*, in seconds; up to a quarter longer,
    so that those who failed together (each has another *number*) do not come back together.
    """
    wait = _FIRST_WAIT * (1 << (attempts - 1))
    if retry_after is not None:
        wait = max(wait, timedelta(seconds=min(retry_after, _LONGEST_WAIT.total_seconds())))
    wait = min(wait, _LONGEST_WAIT)
    return wait + moment_in(wait, number) * _SHARE_OF_SPREAD
