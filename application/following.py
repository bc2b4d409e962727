"""Stay with a step of Terraform until it ends, and write down what it says meanwhile."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from application.ports.clock import Clock
from application.ports.errors import Transient, Unavailable
from application.ports.terraform import Ended, TerraformProcess
from application.run_journal import RunJournal
from domain.terraform import EventType, LogRecord, Step, StepId

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


class StepFollower:
    """Follows one step; a database that is away for a while does not stop it.

    What could not be written is still in the step's own file, and is written when the database
    is back.
    """

    def __init__(
        self,
        *,
        journal: RunJournal,
        clock: Clock,
        grace: timedelta,
        object_finished: Callable[[], None],
    ) -> None:
        """*grace* is how long an interrupted step may take; each object calls *object_finished*."""
        self._journal = journal
        self._clock = clock
        self._grace = grace
        self._object_finished = object_finished
        self._interrupted_at: datetime | None = None
        self._next_beat: datetime | None = None
        self._object_is_new = False

    def follow(self, process: TerraformProcess, step: Step, *, offset: int = 0) -> Followed:
        """Return how the step ended, once that and all it wrote from *offset* on is recorded.

        Raises:
            LeaseLost: somebody else follows it now.
            Transient: the step has ended, and that cannot be recorded; ask again.
        """
        records: list[LogRecord] = []
        while True:
            ended = process.wait(_LOOK_EVERY)  # asked before the last read, so that no line is lost
            try:
                if self._take(process, step, offset, records, ended=ended):
                    return self._followed(process, step, records)
                self._beat(process)
            except Transient:
                if ended:
                    raise

    def _take(
        self,
        process: TerraformProcess,
        step: Step,
        offset: int,
        records: list[LogRecord],
        *,
        ended: bool,
    ) -> bool:
        """Write down what is new, with the last line the end; tell whether that was it."""
        lines = process.read(records[-1].end if records else offset)
        while lines or ended:
            later = process.read(lines[-1].end) if lines else ()
            last = ended and not later
            with self._journal.writing() as work:
                work.run_log.write(step.id, lines)
                if last:
                    self._journal.end(work, step, _exit_code(process))
            records.extend(lines)
            if last:
                return True
            if any(line.type is EventType.APPLY_COMPLETE for line in lines):
                self._object_is_new = True
            lines = later
        if self._object_is_new:  # tried again next time if the store is away
            self._object_finished()
            self._object_is_new = False
        return False

    def _beat(self, process: TerraformProcess) -> None:
        now = self._clock.now()
        if self._next_beat is not None and now < self._next_beat:
            return
        self._next_beat = now + _BEAT_EVERY
        if self._journal.beat():
            self._stop(process, now)

    def _stop(self, process: TerraformProcess, now: datetime) -> None:
        with suppress(Unavailable):  # it runs where we cannot reach it, and ends by itself
            if self._interrupted_at is None:
                self._interrupted_at = now
                process.interrupt()
            elif now >= self._interrupted_at + self._grace:
                process.kill()

    def _followed(
        self, process: TerraformProcess, step: Step, records: list[LogRecord]
    ) -> Followed:
        return Followed(
            step=step.id,
            exit_code=_exit_code(process),
            records=tuple(records),
            canceled=self._interrupted_at is not None,
        )


def _exit_code(process: TerraformProcess) -> int | None:
    outcome = process.outcome()
    return outcome.exit_code if isinstance(outcome, Ended) else None
