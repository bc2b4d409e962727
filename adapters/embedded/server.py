"""What every server of our own has in common."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from adapters.embedded.child_process import ChildProcess
from adapters.embedded.folder_lock import FolderLock


class EmbeddedServer:
    """A server in *folder*, which one process owns at a time; it ends with its owner."""

    name: ClassVar[str]
    stopped_by: ClassVar[signal.Signals] = signal.SIGTERM
    """The signal that asks it to stop."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = FolderLock(folder / "owner.lock")
        self._server: ChildProcess | None = None

    @property
    def pid(self) -> int:
        """The process id of the server; only while it runs."""
        return self._running().pid

    @property
    def exit_code(self) -> int | None:
        """How the server ended by itself, or None while it runs."""
        return self._running().exit_code

    @property
    def log(self) -> Path:
        """Where it writes what it says."""
        return self._folder / f"{self.name.lower()}.log"

    def stop(self) -> None:
        """Stop the server, if it runs, and give its folder up."""
        if self._server is not None:
            self._server.stop(self.stopped_by)
            self._server = None
        self._lock.release()

    @contextmanager
    def _owning_the_folder(self) -> Iterator[None]:
        """Take the folder for as long as the server runs; give it up if it does not start.

        Raises:
            Busy: another process owns it.
        """
        self._lock.acquire()
        try:
            yield
        except BaseException:
            self.stop()
            raise

    def _running(self) -> ChildProcess:
        if self._server is None:
            raise RuntimeError(f"The embedded {self.name} was not started.")
        return self._server
