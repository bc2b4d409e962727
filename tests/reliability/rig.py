"""What the tests of this folder share: worker processes to start, to count and to kill."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from celery import Celery
from pydantic import SecretStr

from adapters.embedded.child_process import ChildProcess
from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import answering_workers
from adapters.secrets.box import new_key
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from tests.integration.worker.rig import ROOT, plain_environment
from tests.waiting import soon

QUEUES = "celery,sync,terraform"


@dataclass(frozen=True, kw_only=True)
class Worker:
    """A worker that may come to harm."""

    name: str
    log: Path
    process: ChildProcess

    @property
    def alive(self) -> bool:
        return self.process.exit_code is None

    @property
    def ready(self) -> bool:
        return self.alive and f"{_node(self.name)} ready." in self.said()

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def pool(self) -> list[int]:
        """Return the ids of its pool processes."""
        return children_of(self.process.pid)

    def kill(self) -> None:
        """Kill all of it at once, Terraform too, as a machine that loses its power does."""
        for pid in (self.process.pid, *descendants_of(self.process.pid)):
            signalled(pid, signal.SIGKILL)
        soon(lambda: not self.alive)


def signalled(pid: int, how: signal.Signals) -> bool:
    """Send a signal; return whether anybody was there to get it."""
    try:
        os.kill(pid, how)
    except ProcessLookupError:
        return False
    return True


def children_of(pid: int) -> list[int]:
    """Return the ids of the running children of process *pid*."""
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for each in tasks for child in (each / "children").read_text().split()]
    except FileNotFoundError:
        return []


def descendants_of(pid: int) -> list[int]:
    """Return the ids of its children, of theirs, and so on."""
    return [each for child in children_of(pid) for each in (child, *descendants_of(child))]


def started_worker(
    name: str,
    *,
    environment: Mapping[str, str],
    folder: Path,
    app: str = "entrypoints.worker",
    options: Sequence[str] = ("-c", "2"),
    queues: str = QUEUES,
) -> Worker:
    """Start a worker called *name*, which takes some seconds until it works."""
    log = folder / f"{name}.log"
    quick = ("--without-gossip", "--without-mingle", "-Q", queues)
    process = ChildProcess.start(
        "The worker",
        [sys.executable, "-m", "celery", "-A", app, "worker", "-n", _node(name), *quick, *options],
        folder=ROOT,
        log=log,
        environment={**plain_environment(), **environment},
    )
    return Worker(name=name, log=log, process=process)


@contextmanager
def a_worker(
    name: str,
    *,
    environment: Mapping[str, str],
    folder: Path,
    app: str = "entrypoints.worker",
    options: Sequence[str] = ("-c", "2"),
    queues: str = QUEUES,
) -> Iterator[Worker]:
    """Run a worker called *name*; whatever is left of it at the end of the block is stopped."""
    worker = started_worker(
        name, environment=environment, folder=folder, app=app, options=options, queues=queues
    )
    with a_sender(environment) as sender:
        try:
            worker.process.wait_until(
                lambda: answering_workers(sender, patience=0.3, only=(_node(name),)) != ()
            )
            yield worker
        finally:
            stopped(worker.process)


def _node(name: str) -> str:
    return f"{name}@localhost"


def stopped(process: ChildProcess) -> None:
    """Stop *process*, even a frozen one."""
    signalled(process.pid, signal.SIGCONT)
    process.stop(grace=15)


@contextmanager
def a_sender(environment: Mapping[str, str]) -> Iterator[Celery]:
    """What sends tasks to the workers of *environment*."""
    sender = sending_app(environment["CELERY_BROKER_URL"], environment["CELERY_RESULT_BACKEND"])
    try:
        yield sender
    finally:
        sender.close()


def rows(database_url: str, query: str) -> list[tuple[object, ...]]:
    """Return what *query* finds."""
    connection = psycopg2.connect(database_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        connection.close()


def settings_for(database_url: str, broker: EmbeddedValkey, folder: Path) -> dict[str, str]:
    """Return the settings of a service that keeps its files in *folder*."""
    return {
        "DATABASE_URL": database_url,
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.broker_url,
        "MULTICLOUD_DATA_DIR": str(folder / "data"),
        "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
    }


@contextmanager
def a_container(environment: Mapping[str, str]) -> Iterator[Container]:
    """The service in this process, with the settings of its workers."""
    container = build_container(
        Settings(
            database=SecretStr(environment["DATABASE_URL"]),
            broker=SecretStr(environment["CELERY_BROKER_URL"]),
            results=SecretStr(environment["CELERY_RESULT_BACKEND"]),
            secret_key=SecretStr(environment["MULTICLOUD_SECRET_KEY"]),
            data_dir=Path(environment["MULTICLOUD_DATA_DIR"]),
            allow_custom_endpoints=True,
        )
    )
    try:
        yield container
    finally:
        container.shutdown_resources()


def a_beat(name: str, *, environment: Mapping[str, str], folder: Path) -> ChildProcess:
    """Start a beat and leave it running."""
    return ChildProcess.start(
        "Beat",
        [sys.executable, "-m", "celery", "-A", "entrypoints.worker", "beat", "-l", "info"],
        folder=ROOT,
        log=folder / f"{name}.log",
        environment={**plain_environment(), **environment},
    )


@contextmanager
def beating(environment: Mapping[str, str], folder: Path) -> Iterator[ChildProcess]:
    """Run a beat until the end of the block."""
    beat = a_beat("beat", environment=environment, folder=folder)
    try:
        yield beat
    finally:
        stopped(beat)
