"""What every task has in common."""

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeAlias

from celery import Task
from celery.exceptions import SoftTimeLimitExceeded
from celery.utils.time import maybe_iso8601, maybe_make_aware

from application.ports.errors import PortError, Rejected, TimedOut, Transient
from application.subject import piece_of_work
from domain.errors import DomainError
from entrypoints.bootstrap.tracing import span
from entrypoints.worker.arguments import checked_arguments
from entrypoints.worker.failures import DiscreetBackend
from entrypoints.worker.retries import LONGEST_WAIT_SECONDS, MAX_RETRIES, seconds_before_retry
from entrypoints.worker.turns import turn_of

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

Outcome: TypeAlias = dict[str, int | str | None]
"""What a task returns: a report as plain JSON values."""


class ServiceTask(Task):
    """Gives a function its container and its checked arguments, and judges how it fails.

    What may pass is tried again; anything else that we expect to go wrong is one line in the
    log and a failure in the result backend. A traceback means a defect of ours.
    """

    Request = "entrypoints.worker.requests:DiscreetRequest"
    throws = (PortError,)
    kept_as_job = False
    """Whether the database says when it is tried again; then the queue must not."""
    max_retries = MAX_RETRIES
    typing = False  # the sender cannot know that the container comes first

    def __call__(self, *args: object, **kwargs: object) -> Outcome:
        """Run the function once.

        Raises:
            PortError: it failed, and will not be tried again.
            Retry: it will be.
        """
        try:
            arguments = checked_arguments(self.name, self.run, args, kwargs)
            return self._run(arguments)
        except Transient as error:
            raise self._again_or(error) from error
        except DomainError as error:
            # A DomainError does not survive the way to another process, a PortError does.
            raise Rejected(str(error)) from error
        except SoftTimeLimitExceeded as error:
            too_long = TimedOut(
                f"{self.name} took longer than {self.soft_time_limit} seconds.",
                remedy="What it had written by then is kept; the next run goes on from there.",
            )
            if self.kept_as_job:
                raise too_long from error
            raise self._again_or(too_long) from error

    @property
    def backend(self) -> DiscreetBackend:
        """The result backend, which gets to know no secret and no traceback."""
        return DiscreetBackend(super().backend)

    def _run(self, arguments: dict[str, int]) -> Outcome:
        container: Container = self.app.service.container()
        self.request.known_ids = arguments  # for the lines that Celery writes when we are done
        about = piece_of_work(task_id=self.request.id or "", task=self.name, **arguments)
        with about, span(self.name):
            outcome: Outcome = self.run(container, **arguments)
        self._end_turn(container)
        found = {name: value for name, value in outcome.items() if name.endswith("_id") and value}
        self.request.known_ids = {**arguments, **found}
        return outcome

    def _end_turn(self, container: "Container") -> None:
        """Tell that beat need not ask again, if it was beat that asked."""
        turn = turn_of(self.request.headers)
        if turn is not None:
            container.end_turn()(turn)

    def _again_or(self, error: Transient) -> Exception:
        """Return the request for another try, or *error* itself if there is to be none."""
        wait = seconds_before_retry(
            self.request.retries,
            retry_after=error.retry_after,
            left=self._seconds_left(),
            chance=random.random(),  # noqa: S311 - spreads load, guards nothing
            longest=min(
                self.app.conf.broker_transport_options["visibility_timeout"] / 2,
                LONGEST_WAIT_SECONDS,
            ),
        )
        if wait is None or self.request.retries >= self.max_retries:
            return error
        again: Exception = self.retry(exc=error, countdown=wait, throw=False)
        return again

    def _seconds_left(self) -> float | None:
        """Return how long the message is good for, or None if it never expires."""
        if self.request.expires is None:
            return None
        expires: datetime = maybe_make_aware(maybe_iso8601(self.request.expires), UTC)
        return (expires - datetime.now(UTC)).total_seconds()
