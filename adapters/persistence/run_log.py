"""What Terraform did and said, in PostgreSQL."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, insert, literal, select, tuple_, update

from adapters.persistence.provisioning_rows import line_from, step_from
from adapters.persistence.run_log_writing import write_lines
from adapters.persistence.session import Session
from adapters.persistence.tables import terraform_logs, terraform_runs, terraform_steps
from application.ports.errors import NotFound
from application.ports.run_log import RunLog
from domain.provisioning import ResourceId, RunAction, RunId
from domain.terraform import Command, LogRecord, Step, StepId

_STEPS = terraform_steps.c
_LINES = terraform_logs.c
_OF_RUN: Final = bindparam("of_run", type_=BigInteger)
_LAST_NUMBER: Final = select(func.coalesce(func.max(_STEPS.number), 0)).where(
    _STEPS.run_id == _OF_RUN
)
_BEGIN: Final = (
    insert(terraform_steps)
    .values(
        run_id=_OF_RUN,
        number=_LAST_NUMBER.scalar_subquery() + 1,
        command=bindparam("of_command"),
        begun_at=bindparam("since"),
    )
    .returning(terraform_steps)
)
_END: Final = (
    update(terraform_steps)
    .where(_STEPS.run_id == _OF_RUN, _STEPS.number == bindparam("of_step"))
    .where(_STEPS.ended_at.is_(None))
    .returning(terraform_steps)
)
_LAST_APPLY: Final = (
    select(terraform_steps)
    .join(terraform_runs, terraform_runs.c.id == _STEPS.run_id)
    .where(terraform_runs.c.resource_id == bindparam("of_resource"))
    .where(terraform_runs.c.action == bindparam("of_action"))
    .where(_STEPS.command == Command.APPLY.value)
    .order_by(_STEPS.run_id.desc(), _STEPS.number.desc())
    .limit(1)
)
_LAST_LINES: Final = (
    select(terraform_logs)
    .where(_LINES.run_id == _OF_RUN)
    .order_by(_LINES.step.desc(), _LINES.offset.desc())
    .limit(bindparam("at_most"))
)


class SqlRunLog(RunLog):
    """The tables `terraform_steps` and `terraform_logs`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def begin(self, run_id: RunId, command: Command, *, at: datetime) -> Step:
        """Insert the step with the next number."""
        row = self._session.run(
            _BEGIN, subject=str(run_id), of_run=run_id, of_command=command.value, since=at
        )
        return step_from(row.one())

    def end(self, step: StepId, *, exit_code: int | None, at: datetime) -> Step:
        """End the step, if nobody has."""
        row = self._session.run(
            _END, of_run=step.run_id, of_step=step.number, ended_at=at, exit_code=exit_code
        ).one_or_none()
        if row is None:
            raise NotFound(
                f"There is no {step} that has not ended.",
                remedy="Read the steps of the run again.",
            )
        return step_from(row)

    def lose(self, step: StepId) -> None:
        """Forget the exit code."""
        known = update(terraform_steps).where(
            _STEPS.run_id == step.run_id, _STEPS.number == step.number
        )
        if self._session.run(known.values(exit_code=None)).rowcount == 0:
            raise NotFound(f"There is no {step}.", remedy="Read the steps of the run again.")

    def steps(self, run_id: RunId) -> Sequence[Step]:
        """Return the steps by number."""
        chosen = select(terraform_steps).where(_STEPS.run_id == run_id)
        return [step_from(row) for row in self._session.run(chosen.order_by(_STEPS.number))]

    def last_apply(self, resource_id: ResourceId, action: RunAction) -> Step | None:
        """Return the latest apply, of the latest run that had one."""
        row = self._session.run(
            _LAST_APPLY, of_resource=resource_id, of_action=action.value
        ).one_or_none()
        return None if row is None else step_from(row)

    def write(self, step: StepId, records: Collection[LogRecord]) -> None:
        """Insert all lines at once, but for those that are there."""
        write_lines(self._session, step, records)

    def written_up_to(self, step: StepId) -> int:
        """Return where the last line ends."""
        lines = select(_LINES.offset + _LINES.length).where(
            _LINES.run_id == step.run_id, _LINES.step == step.number
        )
        last = self._session.run(lines.order_by(_LINES.offset.desc()).limit(1))
        return last.scalar_one_or_none() or 0

    def read(
        self, run_id: RunId, *, after: tuple[int, int] | None = None, limit: int
    ) -> Sequence[tuple[StepId, LogRecord]]:
        """Return the next lines in the order of the primary key."""
        chosen = select(terraform_logs).where(_LINES.run_id == run_id)
        if after is not None:
            place = tuple_(literal(after[0]), literal(after[1]))
            chosen = chosen.where(tuple_(_LINES.step, _LINES.offset) > place)
        rows = self._session.run(chosen.order_by(_LINES.step, _LINES.offset).limit(limit))
        return [(StepId(run_id=run_id, number=row.step), line_from(row)) for row in rows]

    def last_lines(self, run_id: RunId, *, limit: int) -> Sequence[LogRecord]:
        """Read backwards from the end."""
        newest = self._session.run(_LAST_LINES, of_run=run_id, at_most=limit)
        return [line_from(row) for row in newest][::-1]
