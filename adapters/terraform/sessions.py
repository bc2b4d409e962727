"""Finding the processes of a step, and nobody else's, whatever ids were used again meanwhile.

The proof that a process belongs to a step is that it keeps the step's lock file open: all inherit
it, from the shell to the providers. Workers open the file too, for a moment, to see whether it is
locked; they are told apart by their session.
"""

import os
import select
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_REMOVED: Final = " (deleted)"
_PAUSE: Final = 0.01
_PATIENCE: Final = 5.0
"""Seconds; what SIGKILL ends, but for a moment in the kernel, is gone long before."""

SEES_PROCESSES: Final = sys.platform == "linux"
"""Whether this kernel shows who has which file open, and waits for processes of others."""


def members(lock: Path, session: int | None) -> tuple[int, ...]:
    """Return the processes that keep *lock* open, the leader of their session first.

    It finds them even after the file was removed. Only those of *session* count; as long as that
    is unknown, only those that have kept a removed file, for the others may be workers. Never one
    of our own session. Empty where processes cannot be seen: none is left, or they live in
    another container.
    """
    ours = os.getsid(0)
    names = _removed(lock) if session is None else _names(lock)
    found = [
        (pid != sid, pid)
        for pid, sid in _holders(names)
        if sid != ours and (session is None or sid == session)
    ]
    return tuple(pid for _, pid in sorted(found))


def signal_member(pid: int, lock: Path, what: signal.Signals) -> None:
    """Send the signal to the process, if it still is the one that keeps *lock* open."""
    with suppress(ProcessLookupError), _handle(pid) as handle:
        if _holds(pid, _names(lock)):
            signal.pidfd_send_signal(handle, what)


def signal_group(pid: int, lock: Path, what: signal.Signals) -> None:
    """Send the signal to the whole process group of *pid*, if that keeps *lock* open."""
    with suppress(ProcessLookupError):
        group = os.getpgid(pid)
        if _holds(pid, _names(lock)):
            os.killpg(group, what)


def await_end(pid: int, lock: Path, seconds: float) -> None:
    """Wait until the process has ended or no longer keeps *lock* open, at most so long."""
    with suppress(ProcessLookupError), _handle(pid) as handle:
        if _holds(pid, _names(lock)):
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            poll.poll(max(0.0, seconds) * 1000)


def kill_all(lock: Path, session: int | None) -> None:
    """End every process that keeps *lock* open, also those that are made meanwhile."""
    deadline = time.monotonic() + _PATIENCE
    while (pids := members(lock, session)) and time.monotonic() < deadline:
        for pid in pids:
            signal_member(pid, lock, signal.SIGKILL)
        time.sleep(_PAUSE)


@contextmanager
def _handle(pid: int) -> Iterator[int]:
    """Open a handle of the process, which cannot come to mean another one."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _names(lock: Path) -> frozenset[str]:
    return _removed(lock) | {str(lock)}


def _removed(lock: Path) -> frozenset[str]:
    return frozenset({f"{lock}{_REMOVED}"})


def _holders(names: frozenset[str]) -> Iterator[tuple[int, int]]:
    if not SEES_PROCESSES:
        return
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and _holds(pid := int(entry.name), names):
            with suppress(ProcessLookupError):
                yield pid, os.getsid(pid)


def _holds(pid: int, names: frozenset[str]) -> bool:
    opened = f"{_PROC}/{pid}/fd"
    with suppress(OSError):  # it ended, or belongs to somebody else
        for descriptor in os.listdir(opened):  # noqa: PTH208 - quick: for each process there is
            with suppress(OSError):
                if os.readlink(f"{opened}/{descriptor}") in names:  # noqa: PTH115 - as above
                    return True
    return False
