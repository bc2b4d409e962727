"""One owner per folder."""

import fcntl
import os
import time
from pathlib import Path
from typing import Final

from application.ports.errors import Busy

_PAUSE: Final = 0.05


class FolderLock:
    """Keeps a folder to one owner and the servers it starts.

    Pass `descriptor` on to each server: the lock then outlives a killed owner until the last
    of its servers has ended, so that no second server ever opens the same data.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def descriptor(self) -> int:
        """The open lock file; only while the lock is held."""
        if self._descriptor is None:
            raise RuntimeError(f"{self._path} is not locked.")
        return self._descriptor

    def acquire(self, *, patience: float = 15.0) -> None:
        """Take the lock; wait up to *patience* seconds for the servers of a dead owner to end.

        Raises:
            Busy: the folder has a living owner, or those servers did not end in time.
            OSError: the lock file cannot be written.
        """
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            self._wait_for(descriptor, deadline=time.monotonic() + patience)
        except BaseException:
            os.close(descriptor)
            raise
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor

    def release(self) -> None:
        """Give the folder up, if it is held."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _wait_for(self, descriptor: int, *, deadline: float) -> None:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                owner = os.pread(descriptor, 20, 0).decode()
                if _alive(owner) or time.monotonic() > deadline:
                    raise self._busy(owner) from exc
                time.sleep(_PAUSE)
            else:
                return

    def _busy(self, owner: str) -> Busy:
        return Busy(
            f"{self._path.parent} is in use by process {owner or 'unknown'}.",
            remedy="Use what runs there already, stop it, or choose another folder.",
        )


def is_held(path: Path) -> bool:
    """Tell whether somebody holds the lock *path*; nobody does if there is no such file.

    Raises:
        OSError: the file cannot be read.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except PermissionError:
        return True
    except (ValueError, ProcessLookupError):
        return False
    return True
