"""Processes that live as long as we hold their standard input open."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Final

from entrypoints.cli.failures import CommandFailed

_PATIENCE: Final = 60
"""Seconds for a child to stop by itself once its input is closed."""
_LONGEST_SENTENCE: Final = 500


class Child:
    """A module of ours that runs in a process and a session of its own.

    It tells what happens in JSON lines, and stops by itself when its input closes, which
    happens too if this process is killed.
    """

    def __init__(self, module: str, arguments: Sequence[str], *, errors: IO[bytes]) -> None:
        self._module = module
        self._errors = errors
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, our own module
            # -P: packages in whatever folder we were started in are not ours
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,
        )

    def events(self) -> Iterator[dict[str, object]]:
        """Yield each JSON object it prints, until it ends; other lines are skipped."""
        for line in self._process.stdout or ():
            try:
                document = json.loads(line)
            except ValueError:
                continue
            if isinstance(document, dict):
                yield document

    def announcement(self) -> dict[str, object]:
        """Return the first object it prints.

        Raises:
            CommandFailed: it ended without one; the text is what it said on stderr.
        """
        for document in self.events():
            return document
        code = self._process.wait()
        sentence = self._last_words() if code == 1 else ""
        raise CommandFailed(sentence or f"{self._module} ended with exit code {code}.")

    def ask_to_stop(self) -> None:
        """Close its input; it is no error if that was done before."""
        if self._process.stdin is not None:
            self._process.stdin.close()

    def wait(self) -> int:
        """Wait for its end, however long that takes, and return its exit code."""
        return self._process.wait()

    def exit_code(self) -> int:
        """Wait for its end and return its exit code; it is killed if it takes a minute."""
        try:
            return self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def close(self) -> None:
        """Stop it and let go of it."""
        self.ask_to_stop()
        self.exit_code()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _last_words(self) -> str:
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((line for line in reversed(lines) if line.strip()), "")[:_LONGEST_SENTENCE]


@contextmanager
def running(
    module: str, arguments: Sequence[str], *, errors: IO[bytes] | None = None
) -> Iterator[Child]:
    """Run *module* for as long as the block lasts; what it says on stderr goes to *errors*."""
    with tempfile.TemporaryFile() as nowhere:
        child = Child(module, arguments, errors=errors or nowhere)
        try:
            yield child
        finally:
            child.close()
