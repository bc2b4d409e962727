"""Keep a job alive while the cloud is waited for, and end it in time when its worker is to stop."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from application.leasing import renew
from application.listing import Answer, ask
from application.ports.clock import Clock
from application.ports.errors import Transient
from application.ports.stopping import Stopping
from application.ports.unit_of_work import OpenUnitOfWork
from domain.leases import Lease

_LOOK_EVERY: Final = timedelta(seconds=0.5)


class WorkStopped(BaseException):
    """The worker is to stop, and the job gives way.

    No `Exception`, as it says nothing about the job: nobody may take it for a failure of the
    cloud, and write that down.
    """


class Heartbeat:
    """The life of one job: it lasts as long as its lease, and not much longer than its worker.

    A job that is told to stop goes on for its *grace*, and comes to its end if it can. It gives
    way after that, at its next look. One that is told before it began gives way at once.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clock: Clock,
        stopping: Stopping,
        grace: timedelta,
        lease: Lease,
        lease_duration: timedelta,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._stopping = stopping
        self._grace = grace
        self._lease = lease
        self._lease_duration = lease_duration
        self._waits = 0
        self._gives_way_at: datetime | None = clock.now() if stopping.requested() else None

    @property
    def every(self) -> timedelta:
        """After how long of waiting `waited` is to be called, and again and again."""
        return min(_LOOK_EVERY, self._lease_duration / 3)

    def give_way_if_told(self) -> None:
        """Give way, if the worker is to stop and the grace is over.

        Raises:
            WorkStopped: that is so.
        """
        if not self._stopping.requested():
            return
        now = self._clock.now()
        if self._gives_way_at is None:
            self._gives_way_at = now + self._grace
        if now >= self._gives_way_at:
            raise WorkStopped

    def waited(self) -> None:
        """Look whether it is time to give way, and keep the lease: renew it in each third of it.

        A store that is away for a moment ends nothing: whoever writes next will see.

        Raises:
            LeaseLost: somebody else took over.
            WorkStopped: the worker is to stop, and the grace is over.
        """
        self.give_way_if_told()
        self._waits += 1
        if self._waits * self.every < self._lease_duration / 3:
            return
        with suppress(Transient):
            renew(self._unit_of_work, self._lease, duration=self._lease_duration)
            self._waits = 0

    def wait_for(self, question: Callable[[], Answer]) -> Answer:
        """Return the answer to *question*, or raise what it raises; it may take as long as it will.

        What ends the waiting does not end the question: its answer is dropped.

        Raises:
            LeaseLost: somebody else took over.
            WorkStopped: the worker is to stop, and the grace is over.
        """
        self.give_way_if_told()
        return ask(question, while_waiting=self.waited, every=self.every)
