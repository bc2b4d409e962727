"""One step of Terraform in memory."""

from collections.abc import Callable, Iterator, Sequence
from threading import Condition
from typing import Final

from adapters.fakes.terraform_lines import Line, complaint
from application.ports.errors import Unavailable
from application.ports.terraform import Ended, Outcome, TerraformProcess, Unended
from domain.terraform import FAILED, EventType, LogRecord

Doing = Callable[[], Iterator[Line | int]]
"""Does the work line by line, what a line tells having happened; last comes the exit code."""

_LINE_BREAK: Final = 1
_MOST_LINES: Final = 500


class FakeProcess(TerraformProcess):
    """A step that goes on by itself, up to where it is told to pause, die or be killed."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome: Outcome = outcome
        self._lines: list[LogRecord] = []
        self._work: Iterator[Line | int] = iter(())
        self._changed = Condition()
        self._deaf = False
        self._out_of_reach = False
        self.interrupts = 0
        """How often Terraform was asked to end: more than once, and it panics."""

    @classmethod
    def never_started(cls) -> "FakeProcess":
        """Return a step that nobody started."""
        return cls(Unended.NEVER_STARTED)

    @classmethod
    def lost(cls) -> "FakeProcess":
        """Return a step of which nothing is left."""
        return cls(Unended.LOST)

    @classmethod
    def started(
        cls,
        doing: Doing,
        *,
        pauses_after: int | None,
        dies_after: int | None,
        deaf: bool = False,
        out_of_reach: bool = False,
    ) -> "FakeProcess":
        """Return a step that has gone as far as it goes by itself.

        It waits when it has written *pauses_after* lines, and is gone after *dies_after*. A
        *deaf* one goes on when it is asked to end; one *out_of_reach* cannot even be asked.
        """
        process = cls(Unended.RUNNING)
        process._deaf = deaf
        process._out_of_reach = out_of_reach
        process._work = doing()
        process.go_on(pauses_after=pauses_after, dies_after=dies_after)
        return process

    def go_on(self, *, pauses_after: int | None = None, dies_after: int | None = None) -> None:
        """Let a step that waits go on, to its end or as far as is said."""
        with self._changed:
            while self._outcome is Unended.RUNNING:
                if len(self._lines) == dies_after:
                    self._end(Unended.LOST)
                elif len(self._lines) == pauses_after:
                    return
                else:
                    self._take(next(self._work))

    def die(self) -> None:
        """Be killed by somebody else: nobody learns how it ended."""
        with self._changed:
            if self._outcome is Unended.RUNNING:
                self._end(Unended.LOST)

    def vanish(self) -> None:
        """Lose the folder: neither outcome nor log is left."""
        with self._changed:
            self._end(Unended.LOST)
            self._lines.clear()

    def forget_lines(self) -> None:
        """Forget what it wrote, and nothing else."""
        with self._changed:
            self._lines.clear()

    def outcome(self) -> Outcome:
        """Return how it stands."""
        return self._outcome

    def wait(self, seconds: float) -> bool:
        """Wait for another thread to end it."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._outcome is not Unended.RUNNING, max(0.0, seconds)
            )

    def read(self, offset: int) -> Sequence[LogRecord]:
        """Return the lines from there on."""
        with self._changed:
            return tuple(line for line in self._lines if line.offset >= offset)[:_MOST_LINES]

    def interrupt(self) -> None:
        """End after what is under way, as Terraform does."""
        with self._changed:
            if self._outcome is not Unended.RUNNING:
                return
            self._reach()
            self.interrupts += 1
            if self._deaf:
                return
            if self._lines and self._lines[-1].type is EventType.APPLY_START:
                self._take(next(self._work))  # what is under way is seen to its end
            self._write(complaint("execution halted"))
            self._end(Ended(exit_code=FAILED))

    def interrupted(self) -> bool:
        """Tell whether somebody asked it to end."""
        return self.interrupts > 0

    def kill(self) -> None:
        """End it at once."""
        if self._outcome is Unended.RUNNING:
            self._reach()
        self.die()

    def _reach(self) -> None:
        if self._out_of_reach:
            raise Unavailable(
                "Terraform runs in another container and cannot be asked to stop from here.",
                remedy="Stop that container or wait.",
            )

    def _take(self, step: Line | int) -> None:
        if isinstance(step, int):
            self._end(Ended(exit_code=step))
        else:
            self._write(step)

    def _write(self, line: Line) -> None:
        offset = self._lines[-1].end if self._lines else 0
        record = LogRecord(
            offset=offset,
            length=len(line.message.encode()) + _LINE_BREAK,
            at=line.at,
            level=line.level,
            type=line.type,
            message=line.message,
            address=line.address,
            action=line.action,
            cloud_id=line.cloud_id,
        )
        self._lines.append(record)
        self._changed.notify_all()

    def _end(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._work = iter(())
        self._changed.notify_all()
