"""A process that runs as our child and does not outlive us."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from adapters.embedded.last_words import last_words
from application.ports.errors import TimedOut, Unavailable

PLAIN_ENVIRONMENT: Final[Mapping[str, str]] = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

_PAUSE: Final = 0.01
_PR_SET_PDEATHSIG: Final = 1


class ChildProcess:
    """One running child.

    On Linux the kernel stops it when we are killed; start it from a thread that lives as long
    as we do, because the kernel looks at the thread. It has a session of its own, so that
    Ctrl-C reaches its owner alone.
    """

    def __init__(
        self, name: str, process: "subprocess.Popen[bytes]", log: Path, *, log_begins: int
    ) -> None:
        self._name = name
        self._process = process
        self._log = log
        self._log_begins = log_begins

    @classmethod
    def start(
        cls,
        name: str,
        argv: Sequence[str | Path],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str] = PLAIN_ENVIRONMENT,
        keeps_open: int | None = None,
        orphaned: signal.Signals = signal.SIGTERM,
        user: str | None = None,
    ) -> "ChildProcess":
        """Start *argv* in *folder*, as *user* if given, writing all it says to *log*.

        It keeps the file descriptor *keeps_open*, and gets the signal *orphaned* when we die.

        Raises:
            Unavailable: it cannot be started.
        """
        try:
            with log.open("ab") as output:
                log_begins = output.tell()
                process = subprocess.Popen(  # noqa: S603 - our own programs, no shell
                    argv,
                    cwd=folder,
                    env=environment,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=[] if keeps_open is None else [keeps_open],
                    start_new_session=True,
                    preexec_fn=_dies_with_parent(orphaned),  # noqa: PLW1509 - two system calls
                    **run_as(user),
                )
        except OSError as exc:
            raise Unavailable(
                f"{name} cannot be started: {exc.strerror}.",
                remedy=f"See that {argv[0]} can be executed and {log} be written.",
            ) from exc
        return cls(name, process, log, log_begins=log_begins)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def exit_code(self) -> int | None:
        """How it ended (a negative number names a signal), or None while it runs."""
        return self._process.poll()

    def wait_until(
        self,
        ready: Callable[[], bool],
        *,
        patience: float = 30.0,
        given_up: Callable[[], bool] = lambda: False,
    ) -> None:
        """Wait until *ready* says yes.

        Raises:
            Unavailable: the process ended instead, and the text tells its last words; or
                *given_up* said yes before.
            TimedOut: it was not ready within *patience* seconds.
        """
        deadline = time.monotonic() + patience
        while not ready():
            if self.exit_code is not None:
                raise Unavailable(
                    f"{self._name} ended while starting: "
                    f"{last_words(self._log, since=self._log_begins)}",
                    remedy=f"Its log is {self._log}.",
                )
            if given_up():
                raise Unavailable(f"{self._name} was not waited for any longer.")
            if time.monotonic() > deadline:
                raise TimedOut(
                    f"{self._name} was not ready after {patience:.0f} seconds.",
                    remedy=f"Its log is {self._log}.",
                )
            time.sleep(_PAUSE)

    def stop(self, how: signal.Signals = signal.SIGTERM, *, grace: float = 20.0) -> None:
        """Ask it to stop with the signal *how*; after *grace* seconds kill it.

        Whatever it started in its session and left behind is killed too.
        """
        self._process.send_signal(how)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


def run_as(user: str | None) -> dict[str, Any]:
    """Return the arguments that make `subprocess` run as *user*, or none for ourselves."""
    return {} if user is None else {"user": user, "group": user, "extra_groups": []}


def _dies_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """Return what a child calls before its program starts, or None where no kernel offers it."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here: a child of several threads does little
    parent = os.getpid()

    def ask_the_kernel() -> None:
        prctl(_PR_SET_PDEATHSIG, how)
        if os.getppid() != parent:  # it died before we asked
            os._exit(1)

    return ask_the_kernel
