"""Typing a line of a page as whoever reads it would, and judging what comes of it."""

import re
import shlex
import socket
import subprocess
import time
from typing import Final

from tests.docs import docker_lines
from tests.docs.shown_service import ShownService, is_service
from tests.waiting import soon

_ONLY_LOOKING: Final = re.compile(r" inspect |multicloud (status|doctor|ready)\b")
"""What need not be typed again where the page mentions it once more."""
_TOO_EARLY: Final = re.compile(r"multicloud (alive|doctor|ready)\b")
"""What says no until beat and workers have done their first work."""
_IN_POSTGRES: Final = "docker compose exec -T postgres "
_TOO_BUSY: Final = "No nodes replied within time constraint"


def type_line(service: ShownService, line: str) -> None:
    """Have *line* do what it is for.

    Raises:
        AssertionError: it does not, or it shows a secret.
    """
    if line.startswith("docker "):
        _type_for_docker(service, line)
    elif is_service(line):
        service.keep_running(line)
    elif " control shutdown " in line:
        _shut_down(service, line)
    elif line not in service.seen_to_work:
        _run(service, line)


def _type_for_docker(service: ShownService, line: str) -> None:
    docker_lines.check(shlex.split(line.partition(" > ")[0]))
    if " RENAME TO " in line:
        service.stop()  # nobody may be connected, and the page has stopped everything
    if line.startswith(_IN_POSTGRES):  # whose programs we have
        _run(service, line.removeprefix(_IN_POSTGRES))


def _shut_down(service: ShownService, line: str) -> None:
    worker = f"sync@{socket.gethostname()}"
    assert _TOO_BUSY in service.terminal.type(line).stderr
    soon(lambda: service.exit_code(worker) is not None)
    assert service.exit_code(worker) == 0


def _run(service: ShownService, line: str) -> None:
    done = _patiently(service, line)
    assert done.returncode == 0, f"{line}\n{done.stdout}\n{done.stderr}"
    assert [secret for secret in service.secrets if secret in done.stdout + done.stderr] == []
    if _ONLY_LOOKING.search(line):
        service.seen_to_work.add(line)


def _patiently(service: ShownService, line: str) -> "subprocess.CompletedProcess[str]":
    """Type *line* again where it came too early, or a busy machine did not answer in time."""
    deadline = time.monotonic() + (60 if _TOO_EARLY.match(line) else 5)
    while True:
        done = service.terminal.type(line)
        worthwhile = _TOO_EARLY.match(line) or _TOO_BUSY in done.stderr
        if done.returncode == 0 or not worthwhile or time.monotonic() > deadline:
            return done
