"""What Terraform did and said in a run. It lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Protocol

from domain.provisioning import ResourceId, RunAction, RunId
from domain.terraform import Command, LogRecord, Step, StepId


class RunLog(Protocol):
    """What Terraform did and said, step by step."""

    @abstractmethod
    def begin(self, run_id: RunId, command: Command, *, at: datetime) -> Step:
        """Return the next step of the run, recorded before it is started.

        Raises:
            NotFound: there is no such run.
        """

    @abstractmethod
    def end(self, step: StepId, *, exit_code: int | None, at: datetime) -> Step:
        """Return the step, ended with *exit_code*; None means that it was lost.

        Raises:
            NotFound: there is no such step, or it ended before.
        """

    @abstractmethod
    def lose(self, step: StepId) -> None:
        """Record that nobody knows what an ended step did, whatever its exit code said.

        Raises:
            NotFound: there is no such step.
        """

    @abstractmethod
    def steps(self, run_id: RunId) -> Sequence[Step]:
        """Return the steps of the run in their order; empty if there is none."""

    @abstractmethod
    def last_apply(self, resource_id: ResourceId, action: RunAction) -> Step | None:
        """Return the last apply in any run of the resource with this *action*; None if none."""

    @abstractmethod
    def write(self, step: StepId, records: Collection[LogRecord]) -> None:
        """Store *records*; a line that is there already is left as it is.

        Raises:
            NotFound: there is no such step.
        """

    @abstractmethod
    def written_up_to(self, step: StepId) -> int:
        """Return where to go on reading the step's output, in bytes; 0 at the beginning."""

    @abstractmethod
    def read(
        self, run_id: RunId, *, after: tuple[int, int] | None = None, limit: int
    ) -> Sequence[tuple[StepId, LogRecord]]:
        """Return up to *limit* lines of the run in the order in which they were written.

        *after* is the number of a step and an offset in it: only what comes later is given.
        """

    @abstractmethod
    def last_lines(self, run_id: RunId, *, limit: int) -> Sequence[LogRecord]:
        """Return the last *limit* lines of the run, oldest first."""
