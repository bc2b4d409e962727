"""Real worker processes, and what they need."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from celery import Celery
from celery.result import AsyncResult

from adapters.embedded.child_process import ChildProcess
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import answering_workers
from tests.waiting import soon

ROOT = Path(__file__).parents[3]
CELERY = (sys.executable, "-m", "celery", "-A", "entrypoints.worker")


@dataclass(frozen=True, kw_only=True)
class WorkerRig:
    """A running worker: its environment, its log, and an app to send it work."""

    environment: Mapping[str, str]
    log: Path
    sender: Celery
    process: ChildProcess

    @property
    def database_url(self) -> str:
        return self.environment["DATABASE_URL"]

    def call(self, task: str, *args: object, **kwargs: object) -> AsyncResult:
        return self.sender.send_task(task, args=args, kwargs=kwargs, ignore_result=True)

    def failure_of(self, task: str, *args: object, **kwargs: object) -> str:
        """Return what the result backend says of a task that fails."""
        called = self.call(task, *args, **kwargs)
        soon(lambda: called.state == "FAILURE")
        return str(called.result)

    def stop(self, how: signal.Signals = signal.SIGTERM, *, patience: float = 60.0) -> float:
        """Send the worker *how*, and return how many seconds later it has ended."""
        began = time.monotonic()
        os.kill(self.process.pid, how)
        soon(lambda: self.process.exit_code is not None, patience=patience)
        return time.monotonic() - began

    def rows(self, query: str) -> list[tuple[object, ...]]:
        connection = psycopg2.connect(self.database_url)
        try:
            with connection, connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchall()
        finally:
            connection.close()


def celery(
    *arguments: str, environment: Mapping[str, str], patience: float = 30.0
) -> "subprocess.CompletedProcess[str]":
    """Run one `celery` command to its end."""
    return subprocess.run(
        [*CELERY, *arguments],
        cwd=ROOT,
        env={**plain_environment(), **environment},
        capture_output=True,
        text=True,
        timeout=patience,
        check=False,
    )


def plain_environment() -> dict[str, str]:
    """Return our environment without any setting of the service."""
    ours = ("DATABASE_URL", "CELERY_", "MULTICLOUD_", "FLOWER_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@contextmanager
def running_worker(
    name: str,
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path,
    sentinel_master: str = "mymaster",
    sociable: bool = False,
    queues: str = "celery,sync,terraform",
) -> Iterator[WorkerRig]:
    """Run a worker called *name* until the end of the block.

    A *sociable* one asks its neighbours what they know, as Celery's workers do, and starts later.
    """
    log = folder / f"{name}.log"
    node = f"{name}@localhost"
    quick = [] if sociable else ["--without-gossip", "--without-mingle"]
    process = ChildProcess.start(
        "The worker",
        [*CELERY, "worker", "-n", node, *quick, "-Q", queues, *arguments],
        folder=ROOT,
        log=log,
        environment={**plain_environment(), **environment},
    )
    sender = sending_app(
        environment["CELERY_BROKER_URL"],
        environment["CELERY_RESULT_BACKEND"],
        sentinel_master=sentinel_master,
    )
    try:
        process.wait_until(lambda: answering_workers(sender, patience=0.3, only=(node,)) != ())
        yield WorkerRig(environment=environment, log=log, sender=sender, process=process)
    finally:
        process.stop(grace=15)
        sender.close()
