"""Read what Terraform said while it worked on a resource."""

from collections.abc import Sequence
from dataclasses import dataclass

from application.owning import resource_for, user_asking
from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.provisioning import Resource, ResourceId, Run, RunId
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
    user_email: str | None = None
    """Whose it must be; None: an operator asks, who may have everybody's."""


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
            NotFound: this user has no such resource, or there is no such user; or the resource has
                no such run.
        """
        with self._unit_of_work() as work:
            user = user_asking(work, request.user_email)
            run = _run(work, resource_for(work, user, request.resource_id), request.run_id)
            lines = work.run_log.read(run.id, after=request.after, limit=request.limit)
        return RunLogPage(run=run, lines=lines)


def _run(work: UnitOfWork, resource: Resource, run_id: RunId | None) -> Run:
    """Return that run of the resource, by default its last one.

    A run of another resource is spoken of like one that never was.
    """
    if run_id is None:
        run = work.runs.latest([resource.id]).get(resource.id)
    else:
        runs = work.runs.of_resource(resource.id)
        run = next((each for each in runs if each.id == run_id), None)
    if run is None:
        which = "run" if run_id is None else f"run {run_id}"
        raise NotFound(
            f"There is no {which} of {resource}.",
            remedy=f"List its runs with `multicloud resources show {resource.id}`.",
        )
    return run
