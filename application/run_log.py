"""Reading what Terraform said in earlier steps."""

from collections.abc import Iterator
from typing import Final

from application.ports.unit_of_work import UnitOfWork
from domain.provisioning import Leak, ResourceId, Run, RunAction, RunId
from domain.recovery import made, unaccounted
from domain.terraform import UNCHANGED, Address, LogRecord, Step, StepId
from domain.terraform_state import TerraformState

_PAGE: Final = 1000
_BEFORE_THE_FIRST: Final = -1


def last_step(work: UnitOfWork, run_id: RunId) -> Step | None:
    """Return the step that the run began last; None if it began none."""
    return next(reversed(work.run_log.steps(run_id)), None)


def lines_of_run(work: UnitOfWork, run_id: RunId) -> Iterator[LogRecord]:
    """Yield every line of the run in the order in which they were written, page by page."""
    yield from _lines(work, StepId(run_id=run_id, number=0))


def lines_of_last_step(work: UnitOfWork, step: StepId) -> Iterator[LogRecord]:
    """Yield every line of *step*, the last one of its run, page by page."""
    yield from _lines(work, step)


def _lines(work: UnitOfWork, first: StepId) -> Iterator[LogRecord]:
    after = (first.number, _BEFORE_THE_FIRST)
    while True:
        page = work.run_log.read(first.run_id, after=after, limit=_PAGE)
        yield from (record for _, record in page)
        if len(page) < _PAGE:
            return
        step, record = page[-1]
        after = (step.number, record.offset)


def left_unknown(
    work: UnitOfWork, resource_id: ResourceId, state: TerraformState | None
) -> tuple[Leak, ...]:
    """Return what the last apply that built may have left and *state* does not know.

    It is the last one of all the resource's runs; empty if it reached its end, or there was none.
    """
    last = work.run_log.last_apply(resource_id, RunAction.PROVISION)
    if last is None or last.exit_code == UNCHANGED:
        return ()
    return unaccounted(lines_of_run(work, last.id.run_id), state, lost=last.lost)


def still_unknown(work: UnitOfWork, run: Run, state: TerraformState | None) -> tuple[Leak, ...]:
    """Return what is to be looked for before *run* may count its resource as destroyed.

    A run that destroyed before this one, and was as much in the dark, knew what the last apply
    may have left; from *state* that cannot be told any more.
    """
    last = work.run_log.last_apply(run.resource_id, RunAction.PROVISION)
    for earlier in reversed(work.runs.of_resource(run.resource_id)):
        since = last is not None and last.id.run_id < earlier.id < run.id
        if since and earlier.action is RunAction.DESTROY and earlier.leaks:
            return earlier.leaks
    return left_unknown(work, run.resource_id, state)


def objects_made(work: UnitOfWork, resource_id: ResourceId) -> dict[Address, str]:
    """Return the id of each object that the resource's runs made and did not take down since."""
    runs = work.runs.of_resource(resource_id)
    return made(line for run in runs for line in lines_of_run(work, run.id))
