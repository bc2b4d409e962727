"""Who may start a step: the first who asks, unless it was forbidden or passed over before.

All of it is decided under the step's own lock, and written into the file that is locked, so that
a worker that was frozen for an hour is told no as surely as one that comes a moment too late.
"""

import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from adapters.terraform.files import PRIVATE_FILE, disk_errors, flush_folder, private_folder
from adapters.terraform.step_files import CLAIMED, FORBIDDEN, UNKNOWN, StepFiles
from application.ports.errors import Conflict

_PAUSE: Final = 0.005
_PATIENCE: Final = 1.0
"""Seconds that somebody's look may take to pass, or a shell to say that it has started."""


def claim(files: StepFiles) -> int:
    """Return the open lock file, locked by us, of a step that may be started.

    Raises:
        Conflict: it was started or forbidden before, or a later step was.
        OSError: the file cannot be written.
    """
    descriptor = _opened(files.lock)
    try:
        if not _locked(descriptor, files) or not files.startable():
            raise Conflict(
                f"Step {files.number} in {files.folder} was started, forbidden or passed over.",
                remedy="Leave it to whoever goes on with the run.",
            )
        # this takes the room on the disk that the shell needs for its lines
        _write(descriptor, f"{CLAIMED} {os.getpid()}\n")
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def forbid(files: StepFiles) -> None:
    """Burn the step, for good; one that was started or forbidden stays as it is.

    Raises:
        Unavailable: the disk is full, or the folder cannot be written.
    """
    with disk_errors(files.folder):
        # in a folder that is gone nobody can tell whether it ran, and that must not be forgotten
        word = FORBIDDEN if files.folder.is_dir() else UNKNOWN
        private_folder(files.folder)
        descriptor = _opened(files.lock)
        try:
            if _locked(descriptor, files) and files.startable():
                _write(descriptor, f"{word} {os.getpid()}\n")
                os.fsync(descriptor)
                flush_folder(files.folder)
        finally:
            os.close(descriptor)


def _opened(lock: Path) -> int:
    return os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE)


def _locked(descriptor: int, files: StepFiles) -> bool:
    """Tell whether we got the lock; whoever merely looks at it has it for a moment only."""
    deadline = time.monotonic() + _PATIENCE
    while not files.started() and time.monotonic() < deadline:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(_PAUSE)
    return False


def _write(descriptor: int, line: str) -> None:
    """Let *line* be all there is; at no moment is there nothing."""
    content = line.encode("ascii")
    os.pwrite(descriptor, content, 0)
    os.ftruncate(descriptor, len(content))
