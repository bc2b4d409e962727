"""Background work as the store remembers it. Lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from domain.jobs import JobRecord, JobRequest, JobSubject, Urgency
from domain.leases import LeaseName


@dataclass(frozen=True, slots=True, kw_only=True)
class Pressure:
    """How much work is under way to the workers, and how much they take."""

    outstanding: int
    """Jobs for which a message was sent and that nobody has begun."""
    taken: int
    """Jobs that were begun lately."""


class Jobs(Protocol):
    """What is to be done for credentials; time is the store's own: clocks cannot disagree."""

    @abstractmethod
    def request(self, requests: Iterable[JobRequest]) -> int:
        """Queue what *requests* ask for, and return how many jobs that queued; none of none.

        A job that is queued or running already is not queued again. It becomes as urgent as asked,
        also for a later try of one that runs, and one that waits is due as early as asked. What a
        person asks for while it runs is noted, so that it is queued anew once that has ended.

        Raises:
            NotFound: a credential does not exist.
        """

    @abstractmethod
    def find(self, subject: JobSubject, *, for_update: bool = False) -> JobRecord | None:
        """Return the job, or None if it was never asked for.

        With *for_update* nobody else changes it until this unit ends.
        """

    @abstractmethod
    def save(self, record: JobRecord) -> None:
        """Store *record* in the place of the one before, or as the first."""

    @abstractmethod
    def pressure(self, *, lately: timedelta, lost_after: timedelta) -> Pressure:
        """Return what is outstanding, and what was begun within *lately*.

        A message that was sent longer than *lost_after* ago counts as lost.
        """

    @abstractmethod
    def send(self, *, urgency: Urgency, limit: int, lost_after: timedelta) -> Sequence[JobRecord]:
        """Mark up to *limit* due jobs of *urgency* as sent, and return them in a fair order.

        Users take turns; one who has jobs outstanding comes after one who has none. A job whose
        message was sent longer than *lost_after* ago is sent again. Those of a disabled credential
        wait until it may be used again. What another unit is just writing is left out.
        """

    @abstractmethod
    def unsend(self, names: Collection[LeaseName]) -> None:
        """Take back that messages were sent for those jobs of *names* that are queued."""

    @abstractmethod
    def orphans(self, *, limit: int) -> Sequence[JobRecord]:
        """Return up to *limit* running jobs whose lease nobody holds, for update.

        Those that began first come first. What another unit is just writing is left out.
        """
