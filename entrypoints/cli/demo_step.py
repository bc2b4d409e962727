"""One step of the demo, as it is shown."""

import sys
import time
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import typer


class Step:
    """Says what happens, with a spinner on a terminal, then how long it took."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._started = time.monotonic()
        self._spinner = ExitStack()

    def __enter__(self) -> Self:
        if sys.stdout.isatty():
            from rich.console import Console  # noqa: PLC0415 - slow to load

            self._spinner.enter_context(Console().status(f"{self._title} ..."))
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._spinner.close()
        if exc is None:
            took = time.monotonic() - self._started
            typer.echo(f"{typer.style('*', fg='green')} {self._title} ({took:.1f} s)")
