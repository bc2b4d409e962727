"""Reading what Terraform said in earlier steps."""

from collections.abc import Iterator
from typing import Final

from application.ports.unit_of_work import UnitOfWork
from domain.provisioning import ResourceId, RunId
from domain.recovery import made
from domain.terraform import Address, LogRecord, StepId

_PAGE: Final = 1000
_BEFORE_THE_FIRST: Final = -1


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


def objects_made(work: UnitOfWork, resource_id: ResourceId) -> dict[Address, str]:
    """Return the id of each object that the resource's runs made and did not take down since."""
    runs = work.runs.of_resource(resource_id)
    return made(line for run in runs for line in lines_of_run(work, run.id))
