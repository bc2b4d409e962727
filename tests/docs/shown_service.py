"""The service that the page on operations talks about, started by the page's own commands."""

import http.client
import json
import re
import signal
import socket
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

import psycopg2
from celery import Celery

from adapters.embedded.child_process import ChildProcess
from adapters.queue.liveness import answering_workers
from tests.docs.terminal import Terminal

_SERVICES: Final = re.compile(
    r"(?:\w+=\S+ )?celery -A entrypoints\.worker (?:worker|beat|flower)\b"
)
_PATIENCE: Final = 60.0


def is_service(line: str) -> bool:
    """Whether the command *line* runs until it is stopped."""
    return _SERVICES.match(line) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    line: str
    process: ChildProcess
    log: Path


@dataclass(kw_only=True)
class ShownService:
    """Servers, and whatever commands were asked to keep running."""

    terminal: Terminal
    sender: Celery
    secrets: tuple[str, ...]
    """What no command may show."""
    seen_to_work: set[str] = field(default_factory=set)
    """Commands that need not be typed again."""
    _running: dict[str, _Part] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        """The database it works on."""
        return self.terminal.settings["DATABASE_URL"]

    @property
    def restored_url(self) -> str:
        """The database that a backup is restored into."""
        return self.terminal.settings["RESTORED_URL"]

    def listing(self, command: str) -> list[dict[str, Any]]:
        """Return what the listing *command* has."""
        done = self.terminal.type(f"{command} --format json")
        assert done.returncode == 0, done.stderr
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found

    def enable_everything(self) -> None:
        """Take back that a credential was disabled."""
        connection = psycopg2.connect(self.database_url)
        with connection, connection.cursor() as cursor:
            cursor.execute("UPDATE credentials SET disabled_at = NULL")
        connection.close()

    def keep_running(self, *lines: str) -> None:
        """Start the services that *lines* start, unless they run, and wait until they are ready.

        Others of the same names are stopped before: two workers take each other's mail.
        """
        started = [self._start(line) for line in lines if not self._runs(line)]
        for part in started:
            part.process.wait_until(partial(self._ready, part), patience=_PATIENCE)

    def exit_code(self, name: str) -> int | None:
        """Return with what the part called *name* has ended, or None while it runs."""
        return self._running[name].process.exit_code

    def log(self, name: str) -> str:
        """Return what the part called *name* has logged."""
        return self._running[name].log.read_text()

    def stop(self) -> None:
        """End everything that was started."""
        for part in self._running.values():
            part.process.stop(signal.SIGKILL)

    def flower_status(self, **headers: str) -> int | None:
        """Return the status with which Flower answers, or None if it does not."""
        port = int(self.terminal.settings["FLOWER_PORT"])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/", headers=headers)
            return connection.getresponse().status
        except OSError:
            return None
        finally:
            connection.close()

    def _runs(self, line: str) -> bool:
        part = self._running.get(_name(line))
        return part is not None and part.line == line and part.process.exit_code is None

    def _start(self, line: str) -> _Part:
        name = _name(line)
        if name in self._running:
            self._running[name].process.stop(grace=15)
        log = self.terminal.folder / f"{name}-{len(list(self.terminal.folder.glob('*.log')))}.log"
        process = ChildProcess.start(
            f"`{line}`",
            ["bash", "-c", line],
            folder=self.terminal.folder,
            log=log,
            environment=self.terminal.environment,
        )
        self._running[name] = _Part(line=line, process=process, log=log)
        return self._running[name]

    def _ready(self, part: _Part) -> bool:
        match _name(part.line):
            case "beat":
                return "beat: Starting" in part.log.read_text()
            case "flower":
                return self.flower_status() is not None
            case worker:
                return self._answers(worker)

    def _answers(self, node: str) -> bool:
        return node in answering_workers(self.sender, patience=0.3, only=(node,))


def _name(line: str) -> str:
    """Return the name of the worker that *line* starts, or what else it is."""
    words = line.split()
    if "worker" not in words:
        return next(word for word in words if word in {"beat", "flower"})
    name = words[words.index("-n") + 1] if "-n" in words else "celery@%h"
    return name.replace("%h", socket.gethostname())
