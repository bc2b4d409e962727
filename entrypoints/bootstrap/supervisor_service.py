"""Which parts a service on one machine has, and in which order they start."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from adapters.embedded.folders import private_folder, write_private
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.persistence import schema
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import answering_workers
from entrypoints.bootstrap.data_folder import CONNECTIONS
from entrypoints.bootstrap.supervisor import Supervisor
from entrypoints.bootstrap.supervisor_parts import beat_part, worker_part
from entrypoints.bootstrap.supervisor_progress import Progress


def run_service(
    supervisor: Supervisor, data_dir: Path, environment: Mapping[str, str], *, progress: Progress
) -> None:
    """Start every part on *data_dir* and keep it running until asked to stop.

    Raises:
        PortError, OSError: a part cannot run; all others are stopped again.
    """
    logs = private_folder(data_dir / "logs")
    with supervisor.stopping_at_the_end():
        database = _database(supervisor, data_dir, environment, progress)
        broker, results = _broker(supervisor, data_dir, environment, progress)
        with progress.starting("schema"):
            schema.upgrade(database)
        addresses = {"database_url": database, "broker_url": broker, "result_backend": results}
        with _published(data_dir / CONNECTIONS, addresses):
            _run_celery(supervisor, logs, _for_children(environment, data_dir, addresses))
            progress.tell("up", data_dir=str(data_dir), logs=str(logs))
            supervisor.watch()


def _database(
    supervisor: Supervisor, data_dir: Path, environment: Mapping[str, str], progress: Progress
) -> str:
    if configured := environment.get("DATABASE_URL"):
        progress.tell("ready", part="postgresql", seconds=0.0, embedded=False)
        return configured
    server = EmbeddedPostgres(data_dir / "postgresql")
    supervisor.begin("postgresql", server, embedded=True)
    return server.url


def _broker(
    supervisor: Supervisor, data_dir: Path, environment: Mapping[str, str], progress: Progress
) -> tuple[str, str]:
    configured_results = environment.get("CELERY_RESULT_BACKEND")
    if configured := environment.get("CELERY_BROKER_URL"):
        results = configured_results or configured
        sender = sending_app(configured, results, sentinel_master=_sentinel_master(environment))
        answering_workers(sender, patience=0.1)  # says clearly what a worker would wait for in vain
        progress.tell("ready", part="valkey", seconds=0.0, embedded=False)
        return configured, results
    server = EmbeddedValkey(data_dir / "valkey")
    supervisor.begin("valkey", server, embedded=True)
    return server.broker_url, configured_results or server.result_backend


def _run_celery(supervisor: Supervisor, logs: Path, environment: Mapping[str, str]) -> None:
    worker = worker_part(
        logs=logs, environment=environment, sentinel_master=_sentinel_master(environment)
    )
    supervisor.begin("worker", worker)
    supervisor.begin("beat", beat_part(logs=logs, environment=environment))


def _sentinel_master(environment: Mapping[str, str]) -> str:
    return environment.get("MULTICLOUD_SENTINEL_MASTER") or "mymaster"


def _for_children(
    environment: Mapping[str, str], data_dir: Path, addresses: Mapping[str, str]
) -> dict[str, str]:
    return {
        **environment,
        "MULTICLOUD_DATA_DIR": str(data_dir),
        "DATABASE_URL": addresses["database_url"],
        "CELERY_BROKER_URL": addresses["broker_url"],
        "CELERY_RESULT_BACKEND": addresses["result_backend"],
    }


@contextmanager
def _published(path: Path, addresses: Mapping[str, str]) -> Iterator[None]:
    """Let others on this machine find the running service."""
    write_private(path, json.dumps(addresses))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
