"""Starting a step so that it outlives us, and finding it again."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Final

from adapters.terraform import sessions
from adapters.terraform.claims import claim
from adapters.terraform.files import PRIVATE_FILE, disk_errors, private_folder
from adapters.terraform.step_files import ENDED, STARTED, StepFiles
from adapters.terraform.step_log import StepLog
from application.ports.errors import Unavailable
from application.ports.terraform import Outcome, TerraformProcess, Unended
from domain.terraform import LogRecord

PRIVATE: Final = 0o077
"""The umask of everything that we start."""

_SHELL: Final = "/bin/sh"
_SCRIPT: Final = f"""
trap : INT TERM
step=$1
shift
echo "{STARTED} $$" >> "$step" || exit
"$@"
echo "{ENDED} $?" >> "$step"
"""
"""It outlives Terraform's orderly end, and writes down how that was."""
_PAUSE: Final = 0.005
_PATIENCE: Final = 1.0
"""Seconds from a shell's start to its first line, or from the end of a step to its lock's."""


class StepProcess(TerraformProcess):
    """One step, by the files it leaves.

    Where we started it, *ended* is set when its shell ends.
    """

    def __init__(self, files: StepFiles, log: StepLog, *, ended: Event | None = None) -> None:
        self._files = files
        self._log = log
        self._ended = ended

    def outcome(self) -> Outcome:
        """Look at its files."""
        with disk_errors(self._files.folder):
            return self._files.outcome()

    def wait(self, seconds: float) -> bool:
        """Wait for its shell, and then for whatever that left behind."""
        deadline = time.monotonic() + seconds
        if self._ended is not None:
            self._ended.wait(max(0.0, seconds))
        with disk_errors(self._files.folder):
            while self._alive():
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._await_one(left)
        return True

    def read(self, offset: int) -> Sequence[LogRecord]:
        """Read its log; whether it has ended is asked first, so that no end is cut off."""
        with disk_errors(self._files.folder):
            complete = self._files.outcome() is not Unended.RUNNING
            return self._log.read(offset, complete=complete)

    def interrupt(self) -> None:
        """Send one SIGINT to its process group, unless somebody did so before."""
        with disk_errors(self._files.folder):
            session = self._session()
            reached = sessions.members(self._files.lock, session)[:1]
            blind = session is not None and not sessions.SEES_PROCESSES and self._files.held()
            if not reached and not blind:
                self._must_be_free()
            elif self._files.mark_interrupted():
                self._signal(session, reached)

    def interrupted(self) -> bool:
        """Look whether somebody wrote it down."""
        with disk_errors(self._files.folder):
            return self._files.interrupted()

    def kill(self) -> None:
        """Send SIGKILL to each of its processes, even if its folder was removed."""
        with disk_errors(self._files.folder):
            session = self._session()
            sessions.kill_all(self._files.lock, session)
            if not sessions.SEES_PROCESSES and session is not None and self._files.held():
                # a living member keeps the group's number from being given to anybody else
                os.killpg(session, signal.SIGKILL)
            self._must_be_free()

    def _signal(self, session: int | None, reached: Sequence[int]) -> None:
        for pid in reached:
            sessions.signal_group(pid, self._files.lock, signal.SIGINT)
        if not reached and session is not None:
            os.killpg(session, signal.SIGINT)

    def _must_be_free(self) -> None:
        """See that no process that we cannot reach holds the lock; it may be just ending."""
        deadline = time.monotonic() + _PATIENCE
        while self._files.held():
            if time.monotonic() > deadline:
                raise Unavailable(
                    "Terraform runs in another container and cannot be asked to stop from here.",
                    remedy="Stop that container or wait.",
                )
            time.sleep(_PAUSE)

    def _alive(self) -> bool:
        if self._files.held():
            return True
        # a look at all processes; only who lost the file or never had one has to take it
        return not self._files.started() and self._files.outlived()

    def _await_one(self, seconds: float) -> None:
        for pid in sessions.members(self._files.lock, self._files.session())[:1]:
            sessions.await_end(pid, self._files.lock, seconds)
            return
        time.sleep(min(seconds, 4 * _PAUSE))

    def _session(self) -> int | None:
        """Return its session; its shell may not have come to write it down yet."""
        deadline = time.monotonic() + _PATIENCE
        while (session := self._files.session()) is None:
            if not self._files.held() or time.monotonic() > deadline:
                return None
            time.sleep(_PAUSE)
        return session


def start(
    files: StepFiles,
    log: StepLog,
    argv: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
) -> StepProcess:
    """Start *argv* in *folder* as the step with these *files*.

    Raises:
        Conflict: it was started or forbidden before, or a later step was.
        Unavailable: the disk is full, or the folder cannot be written.
    """
    with disk_errors(folder):
        private_folder(files.folder)
        lock = claim(files)
        try:
            child = _spawned(files, argv, lock=lock, folder=folder, environment=environment)
        finally:
            os.close(lock)
    ended = Event()
    Thread(target=_reap, args=(child, ended), name=f"reaper of {child.pid}", daemon=True).start()
    return StepProcess(files, log, ended=ended)


def _spawned(
    files: StepFiles,
    argv: Sequence[str],
    *,
    lock: int,
    folder: Path,
    environment: Mapping[str, str],
) -> "subprocess.Popen[bytes]":
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    output = os.open(files.log, flags, PRIVATE_FILE)
    try:
        # a file and no pipe: Terraform dies without saving its state when nobody reads its pipe
        return subprocess.Popen(  # noqa: S603 - the arguments reach the shell as they are
            [_SHELL, "-c", _SCRIPT, "step", files.lock, *argv],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            pass_fds=[lock],
            start_new_session=True,
            umask=PRIVATE,
        )
    finally:
        os.close(output)


def _reap(child: "subprocess.Popen[bytes]", ended: Event) -> None:
    child.wait()
    ended.set()
