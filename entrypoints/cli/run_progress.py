"""Showing how runs of Terraform proceed, on stderr, where it disturbs no output."""

from types import TracebackType
from typing import Protocol, Self

import typer

from domain.provisioning import Run
from domain.terraform import LogRecord
from entrypoints.cli.run_lines import RUN_WORDS, ObjectLines, complaint
from entrypoints.cli.text import visible


class RunProgress(Protocol):
    """Gets to know what happens, in the order in which it does."""

    def __enter__(self) -> Self:
        """Begin to show it."""

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Leave what is shown as it stands."""

    def moved(self, run: Run) -> None:
        """Show that *run* came into another status."""

    def said(self, run: Run, record: LogRecord) -> None:
        """Show what Terraform said in *run*, as far as it matters to who waits."""


def run_progress() -> RunProgress:
    """Return what suits stderr: lines that move on a terminal, lines that stay elsewhere."""
    from rich.console import Console  # noqa: PLC0415 - slow to load

    console = Console(stderr=True)
    if not console.is_terminal:
        return LastingLines()
    from entrypoints.cli.moving_lines import MovingLines  # noqa: PLC0415 - as above

    return MovingLines(console)


class LastingLines(RunProgress):
    """Writes a line for everything that happens."""

    def __init__(self) -> None:
        self._lines = ObjectLines()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def moved(self, run: Run) -> None:
        """Write which run it is and what it does now."""
        self._write(run, RUN_WORDS[run.status])

    def said(self, run: Run, record: LogRecord) -> None:
        """Write the line about an object, or the complaint."""
        if line := self._lines.line(run, record) or complaint(record):
            self._write(run, line)

    def _write(self, run: Run, line: str) -> None:
        typer.echo(f"resource {run.resource_id}: {visible(line)}", err=True)
