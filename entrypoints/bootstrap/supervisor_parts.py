"""The Celery processes of a service on this machine."""

import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from adapters.embedded.child_process import ChildProcess
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import answering_workers
from adapters.queue.routes import DEFAULT_QUEUE, SYNC_QUEUE, TERRAFORM_QUEUE
from application.ports.errors import Unavailable

QUEUES: Final = f"{DEFAULT_QUEUE},{SYNC_QUEUE},{TERRAFORM_QUEUE}"
_WORKER_PATIENCE: Final = 60.0
_SOFT_SHUTDOWN: Final = 10
"""Seconds that running tasks get to finish; what is cut off goes back to the queue."""
_WORKER_GRACE: Final = _SOFT_SHUTDOWN + 10.0
_BEAT_GRACE: Final = 5.0


class CeleryPart:
    """One `celery` command, run in *folder* for as long as the service runs.

    Celery looks for modules in the folder it runs in before all others: whoever may write
    *folder* decides what is run.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        folder: Path,
        log: Path,
        environment: Mapping[str, str],
        grace: float,
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        self.log = log
        self._arguments = arguments
        self._folder = folder
        self._environment = environment
        self._grace = grace
        self._ready = ready
        self._process: ChildProcess | None = None

    @property
    def exit_code(self) -> int | None:
        """How it ended by itself, or None while it runs or was never started."""
        return self._process.exit_code if self._process else None

    def answers(self) -> bool:
        """Whether it runs and is ready, asked right now."""
        return self._process is not None and self._ready()

    def start(self, *, given_up: Callable[[], bool] = lambda: False) -> None:
        """Start the command and wait until it is ready.

        Raises:
            Unavailable, TimedOut: it does not come up, or *given_up* said yes before it did;
                nothing of it is left.
        """
        self._process = ChildProcess.start(
            f"The {self._arguments[0]}",
            [sys.executable, "-P", "-m", "celery", "-A", "entrypoints.worker", *self._arguments],
            folder=self._folder,
            log=self.log,
            environment=self._environment,
            orphaned=signal.SIGKILL,  # a polite stop would wait for a broker that died with us
        )
        try:
            self._process.wait_until(self._ready, patience=_WORKER_PATIENCE, given_up=given_up)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the command, politely at first, and whatever it leaves behind."""
        if self._process is not None:
            self._process.stop(grace=self._grace)
            self._process = None


def worker_part(
    *, data_dir: Path, logs: Path, environment: Mapping[str, str], sentinel_master: str
) -> CeleryPart:
    """Return the worker, of every queue: what nobody takes would wait without a word."""
    name = f"up-{os.getpid()}@localhost"
    sender = sending_app(
        environment["CELERY_BROKER_URL"],
        environment["CELERY_RESULT_BACKEND"],
        sentinel_master=sentinel_master,
    )

    def ready() -> bool:
        try:
            return name in answering_workers(sender, patience=0.5, only=(name,))
        except Unavailable:
            return False

    return CeleryPart(
        ["worker", "-n", name, "-Q", QUEUES, "--without-gossip", "--without-mingle"],
        folder=data_dir,
        log=logs / "worker.log",
        environment={**environment, "MULTICLOUD_SOFT_SHUTDOWN_SECONDS": str(_SOFT_SHUTDOWN)},
        grace=_WORKER_GRACE,
        ready=ready,
    )


def beat_part(*, data_dir: Path, logs: Path, environment: Mapping[str, str]) -> CeleryPart:
    """Return beat."""
    return CeleryPart(
        ["beat"],
        folder=data_dir,
        log=logs / "beat.log",
        environment=environment,
        grace=_BEAT_GRACE,
    )
