"""The command as a real process of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.cli.shell import Shell

COMMAND = [sys.executable, "-c", "from entrypoints.cli.main import main; main()"]


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said_by(process: subprocess.Popen[str], word: str) -> list[str]:
    """Return the lines up to the one with *word*."""
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if word in line:
            return lines
    raise AssertionError(f"{word!r} was never said: {lines} {process.communicate()}")


def environment_of(shell: Shell) -> dict[str, str]:
    return {**os.environ, **{k: v for k, v in shell.environment.items() if v}}
