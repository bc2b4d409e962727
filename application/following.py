"""Stay with a step of Terraform until it ends, and write down what it says meanwhile."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.ports.clock import Clock
from application.ports.errors import Transient, Unavailable
from application.ports.stopping import OnStop, Stopping
from application.ports.terraform import Ended, TerraformProcess
from application.ports.unit_of_work import UnitOfWork
from application.run_failures import RunLeft
from application.run_journal import RunJournal
from domain.terraform import Command, EventType, LogRecord, Step, StepId

_LOOK_EVERY: Final = 0.25
"""Seconds: what Terraform says is in the database well within a second."""
_BEAT_EVERY: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """How a step ended."""

    step: StepId
    exit_code: int | None
    """None: nobody knows."""
    records: tuple[LogRecord, ...]
    """What it wrote since we follow it."""
    canceled: bool
    """Whether somebody asked to cancel the run before the step ended."""
    cut_short: bool = False
    """Whether the step was asked to end because its worker is to stop."""


class StepFollower:
    """Follows one step; a database that is away for a while does not stop it.

    What is not written yet is still in the step's own file, for us when the database is back, or
    for the next worker.
    """

    def __init__(
        self,
        *,
        journal: RunJournal,
        clock: Clock,
        grace: timedelta,
        object_finished: Callable[[], None],
        stopping: Stopping,
        on_stop: OnStop,
    ) -> None:
        """*grace* is how long a canceled step may take; each object calls *object_finished*."""
        self._journal = journal
        self._clock = clock
        self._grace = grace
        self._object_finished = object_finished
        self._stopping = stopping
        self._on_stop = on_stop
        self._cut_short = False
        self._interrupted_at: datetime | None = None
        self._next_beat: datetime | None = None
        self._object_is_new = False

    def follow(self, process: TerraformProcess, step: Step, *, offset: int = 0) -> Followed:
        """Return how the step ended; that and its last lines the journal then owes.

        Everything else that it wrote from *offset* on is recorded.

        Raises:
            LeaseLost: somebody else follows it now.
            RunLeft: the worker is to stop, and the step goes on.
            Transient: the step has ended, and what it wrote cannot be recorded; ask again.
        """
        records: list[LogRecord] = []
        self._interrupted_at = None
        self._cut_short = False
        while True:
            ended = process.wait(_LOOK_EVERY)  # asked before the last read, so that no line is lost
            try:
                rest = self._take(process, step, offset, records, ended=ended)
                if rest is not None:
                    return self._followed(process, step, records, rest)
                self._beat(process)
            except Transient:
                if ended:
                    raise
            self._heed(process)

    def _take(
        self,
        process: TerraformProcess,
        step: Step,
        offset: int,
        records: list[LogRecord],
        *,
        ended: bool,
    ) -> Sequence[LogRecord] | None:
        """Write down what is new; of a step that ended return the rest of it, not written yet."""
        lines = process.read(records[-1].end if records else offset)
        while lines or ended:
            later = process.read(lines[-1].end) if lines else ()
            if ended and not later:
                return lines
            with self._journal.writing() as work:
                work.run_log.write(step.id, lines)
            records.extend(lines)
            if any(line.type is EventType.APPLY_COMPLETE for line in lines):
                self._object_is_new = True
            lines = later
        if self._object_is_new:  # tried again next time if the store is away
            self._object_finished()
            self._object_is_new = False
        return None

    def _beat(self, process: TerraformProcess) -> None:
        now = self._clock.now()
        if self._next_beat is not None and now < self._next_beat:
            return
        self._next_beat = now + _BEAT_EVERY
        if self._journal.beat():
            self._stop(process, now)

    def _heed(self, process: TerraformProcess) -> None:
        """Do with *process* what is to be done with it once its worker is to stop."""
        if self._cut_short or not self._stopping.requested():
            return
        if self._on_stop is OnStop.LEAVE:
            raise RunLeft(running=True)
        self._cut_short = True
        if self._interrupted_at is None:
            try:
                process.interrupt()
            except Unavailable as beyond:  # it does not end with us, then
                raise RunLeft(running=True) from beyond

    def _stop(self, process: TerraformProcess, now: datetime) -> None:
        with suppress(Unavailable):  # it runs where we cannot reach it, and ends by itself
            if self._interrupted_at is None:
                self._interrupted_at = now
                if not self._cut_short:
                    process.interrupt()
            elif now >= self._interrupted_at + self._grace:
                process.kill()

    def _followed(
        self,
        process: TerraformProcess,
        step: Step,
        records: list[LogRecord],
        rest: Sequence[LogRecord],
    ) -> Followed:
        exit_code, ended_at = _exit_code(process), self._clock.now()

        def record(work: UnitOfWork) -> None:
            work.run_log.write(step.id, rest)
            work.run_log.end(step.id, exit_code=exit_code, at=ended_at)
            if step.command is Command.APPLY:  # any other may be run again and again
                self._journal.came_further(work)

        self._journal.owe(record)
        return Followed(
            step=step.id,
            exit_code=exit_code,
            records=(*records, *rest),
            canceled=self._interrupted_at is not None,
            cut_short=self._cut_short,
        )


def _exit_code(process: TerraformProcess) -> int | None:
    outcome = process.outcome()
    return outcome.exit_code if isinstance(outcome, Ended) else None
