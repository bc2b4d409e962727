"""How runs of Terraform proceed, on a terminal: a line per object, with a clock while it lasts."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Column

from domain.provisioning import Run, RunId
from domain.terraform import Address, LogRecord
from entrypoints.cli.run_lines import RUN_WORDS, ObjectLines, complaint, has_ended
from entrypoints.cli.run_progress import RunProgress
from entrypoints.cli.text import visible


class MovingLines(RunProgress):
    """Draws a line for each run, and one for each object that it changes."""

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn("line", finished_text="*"),
            TimeElapsedColumn(),
            # long ids are cut at the end, and take no room from the clock
            TextColumn(
                "{task.description}",
                table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis"),
            ),
            console=console,
            expand=True,
        )
        self._tasks: dict[tuple[RunId, Address | None], TaskID] = {}
        self._lines = ObjectLines()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def moved(self, run: Run) -> None:
        """Say on the run's line what it does now."""
        words = f"resource {run.resource_id}: {RUN_WORDS[run.status]}"
        self._draw((run.id, None), words, ended=not run.status.active)

    def said(self, run: Run, record: LogRecord) -> None:
        """Say on the object's line what becomes of it; a complaint stays above all lines."""
        line = self._lines.line(run, record)
        if line is None:
            if trouble := complaint(record):
                self._progress.console.print(escape(visible(trouble)), highlight=False)
            return
        self._draw((run.id, record.address), f"  {line}", ended=has_ended(record))

    def _draw(self, what: tuple[RunId, Address | None], words: str, *, ended: bool) -> None:
        """Draw the line of an object, or of the run itself."""
        text = escape(visible(words))
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(text, total=None)
        done = 1 if ended else 0
        self._progress.update(
            self._tasks[what], description=text, total=done or None, completed=done
        )
