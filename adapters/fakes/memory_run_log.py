"""What Terraform did and said, in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.fakes.memory_tables import Tables
from application.ports.errors import NotFound
from application.ports.run_log import RunLog
from domain.provisioning import ResourceId, RunAction, RunId
from domain.terraform import Command, LogRecord, Step, StepId


class MemoryRunLog(RunLog):
    """Steps and lines, kept in the tables of one unit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def begin(self, run_id: RunId, command: Command, *, at: datetime) -> Step:
        """Add the next step."""
        run = self._tables.terraform_run(run_id)
        number = max((step.id.number for step in self.steps(run.id)), default=0) + 1
        step = Step(id=StepId(run_id=run.id, number=number), command=command, begun_at=at)
        self._tables.steps[run.id, number] = step
        return step

    def end(self, step: StepId, *, exit_code: int | None, at: datetime) -> Step:
        """End the step, if nobody has."""
        there = self._tables.steps.get((step.run_id, step.number))
        if there is None or there.ended_at is not None:
            raise NotFound(f"There is no {step} that has not ended.")
        ended = replace(there, ended_at=at, exit_code=exit_code)
        self._tables.steps[step.run_id, step.number] = ended
        return ended

    def lose(self, step: StepId) -> None:
        """Forget the exit code."""
        there = self._tables.steps.get((step.run_id, step.number))
        if there is None:
            raise NotFound(f"There is no {step}.")
        self._tables.steps[step.run_id, step.number] = replace(there, exit_code=None)

    def steps(self, run_id: RunId) -> Sequence[Step]:
        """Return the steps by number."""
        return [step for step in self._in_order() if step.id.run_id == run_id]

    def last_apply(self, resource_id: ResourceId, action: RunAction) -> Step | None:
        """Return the latest apply, of the latest run that had one."""
        runs = self._tables.terraform_runs
        applies = [
            step
            for step in self._in_order()
            if step.command is Command.APPLY
            and runs[step.id.run_id].resource_id == resource_id
            and runs[step.id.run_id].action is action
        ]
        return applies[-1] if applies else None

    def write(self, step: StepId, records: Collection[LogRecord]) -> None:
        """Add the lines that are not there."""
        if records and (step.run_id, step.number) not in self._tables.steps:
            raise NotFound(f"There is no {step}.")
        for record in records:
            self._tables.lines.setdefault((step.run_id, step.number, record.offset), record)

    def written_up_to(self, step: StepId) -> int:
        """Return where the last line ends."""
        ends = (line.end for place, line in self._lines(step.run_id) if place == step)
        return max(ends, default=0)

    def read(
        self, run_id: RunId, *, after: tuple[int, int] | None = None, limit: int
    ) -> Sequence[tuple[StepId, LogRecord]]:
        """Return the next lines in the order in which they were written."""
        return [
            (step, line)
            for step, line in self._lines(run_id)
            if after is None or (step.number, line.offset) > after
        ][:limit]

    def last_lines(self, run_id: RunId, *, limit: int) -> Sequence[LogRecord]:
        """Return the end of the log."""
        lines = [line for _, line in self._lines(run_id)]
        return lines[max(0, len(lines) - limit) :]

    def _in_order(self) -> list[Step]:
        return [step for _, step in sorted(self._tables.steps.items(), key=_place)]

    def _lines(self, run_id: RunId) -> list[tuple[StepId, LogRecord]]:
        return [
            (StepId(run_id=run_id, number=place[1]), line)
            for place, line in sorted(self._tables.lines.items(), key=_place)
            if place[0] == run_id
        ]


def _place(kept: tuple[tuple[int, ...], object]) -> tuple[int, ...]:
    return kept[0]
