"""Reading what a step wrote, line by line, from where somebody stopped before."""

from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from adapters.terraform.events import LONGEST_PARSED, Redact, record_of
from domain.terraform import LogRecord

MOST_LINES: Final = 500
_MOST_BYTES: Final = 4 * 1024 * 1024
"""An answer that has grown to so much ends with the line that made it do so."""


class StepLog:
    """The output of one step, in a file that may still grow."""

    def __init__(self, path: Path, *, now: Callable[[], datetime], redact: Redact) -> None:
        self._path = path
        self._now = now
        self._redact = redact

    def read(self, offset: int, *, complete: bool) -> list[LogRecord]:
        """Return the lines from *offset* bytes on; empty if there is nothing new, or no file.

        Only when the file is *complete* is a last line without an end a line.

        Raises:
            OSError: the file cannot be read.
        """
        records = []
        now = self._now()
        with closing(self._lines(offset, complete=complete)) as lines:
            for line in lines:
                records.append(record_of(line, offset=offset, now=now, redact=self._redact))
                offset += len(line)
        return records

    def _lines(self, offset: int, *, complete: bool) -> Generator[bytes, None, None]:
        try:
            file = self._path.open("rb")
        except (FileNotFoundError, NotADirectoryError):
            return
        with file:
            file.seek(offset)
            for _ in range(MOST_LINES):
                line = file.readline(LONGEST_PARSED)  # what is longer comes in pieces
                ends = line.endswith(b"\n") or len(line) == LONGEST_PARSED
                if not line or not (ends or complete):
                    return
                yield line
                if file.tell() - offset >= _MOST_BYTES:
                    return
