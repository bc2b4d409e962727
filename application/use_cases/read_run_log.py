"""Read what Terraform said while it worked on a resource."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.provisioning import ResourceId, Run, RunId
from domain.terraform import LogRecord, StepId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRunLogRequest:
    """Which lines to read."""

    resource_id: ResourceId
    run_id: RunId | None = None
    """None: the last run of the resource."""
    after: tuple[int, int] | None = None
    """The number of a step and an offset in it: only later lines. None: from the beginning."""
    limit: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLogPage:
    """Some lines of a run, in the order in which they were written."""

    run: Run
    """As it was before the lines were read: once it has ended, an empty page is the end."""
    lines: Sequence[tuple[StepId, LogRecord]]

    @property
    def last(self) -> tuple[int, int] | None:
        """What to ask after for the next page; None of an empty page."""
        if not self.lines:
            return None
        step, line = self.lines[-1]
        return step.number, line.offset


class ReadRunLog:
    """Show the log of a run, also while it is written."""

    def __init__(self, *, unit_of_work: OpenUnitOfWork) -> None:
        self._unit_of_work = unit_of_work

    def __call__(self, request: ReadRunLogRequest) -> RunLogPage:
        """Return the next page.

        Raises:
            NotFound: there is no such resource, or it has no such run.
        """
        with self._unit_of_work() as work:
            resource = work.resources.get(request.resource_id)
            if request.run_id is None:
                run = work.runs.latest([resource.id]).get(resource.id)
            else:
                run = work.runs.get(request.run_id)
            if run is None or run.resource_id != resource.id:
                raise NotFound(f"There is no such run of {resource}.")
            lines = work.run_log.read(run.id, after=request.after, limit=request.limit)
        return RunLogPage(run=run, lines=lines)
