"""Which parts a service on one machine has, and in which order they start."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from adapters.embedded.folders import private_folder, write_private
from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.persistence import schema
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import answering_workers
from application.ports.errors import WrongKey
from entrypoints.bootstrap.data_folder import CONNECTIONS, DATABASE, SECRET_KEY
from entrypoints.bootstrap.key_guard import must_open_what_is_stored
from entrypoints.bootstrap.logging import process_redactor
from entrypoints.bootstrap.settings import Settings, environment_name
from entrypoints.bootstrap.supervisor import Supervisor
from entrypoints.bootstrap.supervisor_parts import beat_part, worker_part
from entrypoints.bootstrap.supervisor_progress import Progress

_POSTGRESQL: Final = "postgresql"
_VALKEY: Final = "valkey"
_SERVERS: Final = (_POSTGRESQL, _VALKEY)


def run_service(
    supervisor: Supervisor,
    settings: Settings,
    environment: Mapping[str, str],
    *,
    progress: Progress,
) -> None:
    """Start every part and keep it running until asked to stop.

    The servers that *settings* leave open are our own; worker and beat inherit *environment*.

    Raises:
        PortError, OSError: a part cannot run; all others are stopped again.
    """
    data_dir = settings.data_dir
    logs = private_folder(data_dir / "logs")
    with supervisor.stopping_at_the_end():
        database = _database(supervisor, settings, progress)
        broker, results = _broker(supervisor, settings, progress)
        with progress.starting("schema"):
            schema.upgrade(database)
            _must_have_the_right_key(settings, database)
        addresses = {"database_url": database, "broker_url": broker, "result_backend": results}
        with _published(data_dir / CONNECTIONS, addresses):
            children = {**environment, **_for_children(data_dir, addresses)}
            _run_celery(supervisor, settings, logs, children)
            progress.tell("up", data_dir=str(data_dir), logs=str(logs))
            supervisor.watch()


def _database(supervisor: Supervisor, settings: Settings, progress: Progress) -> str:
    if settings.database is not None:
        progress.tell("ready", part=_POSTGRESQL, seconds=0.0, embedded=False)
        return settings.database_url
    server = EmbeddedPostgres(settings.data_dir / DATABASE)
    supervisor.begin(_POSTGRESQL, server, embedded=True)
    return server.url


def _must_have_the_right_key(settings: Settings, database: str) -> None:
    try:
        must_open_what_is_stored(settings.secret_keys, database, learn=process_redactor().learn)
    except WrongKey as exc:
        if settings.database is not None:
            raise
        # nobody can replace the credentials of a database that does not run
        raise WrongKey(
            exc.summary,
            remedy=f"Put the right one back into {settings.data_dir / SECRET_KEY} or "
            f"MULTICLOUD_SECRET_KEY, or move {settings.data_dir / DATABASE} away to begin anew.",
        ) from exc


def _broker(supervisor: Supervisor, settings: Settings, progress: Progress) -> tuple[str, str]:
    if settings.broker is not None:
        broker, results = settings.broker_url, settings.result_backend
        sender = sending_app(broker, results, sentinel_master=settings.sentinel_master)
        answering_workers(sender, patience=0.1)  # says clearly what a worker would wait for in vain
        progress.tell("ready", part=_VALKEY, seconds=0.0, embedded=False)
        return broker, results
    server = EmbeddedValkey(settings.data_dir / "valkey")
    supervisor.begin(_VALKEY, server, embedded=True)
    return server.broker_url, settings.result_backend if settings.results else server.result_backend


def _run_celery(
    supervisor: Supervisor, settings: Settings, logs: Path, environment: Mapping[str, str]
) -> None:
    worker = worker_part(
        data_dir=settings.data_dir,
        logs=logs,
        environment=environment,
        sentinel_master=settings.sentinel_master,
    )
    supervisor.begin("worker", worker, needs=_SERVERS)
    beat = beat_part(data_dir=settings.data_dir, logs=logs, environment=environment)
    supervisor.begin("beat", beat, needs=_SERVERS)


def _for_children(data_dir: Path, addresses: Mapping[str, str]) -> dict[str, str]:
    return {
        environment_name("data_dir"): str(data_dir),
        environment_name("database"): addresses["database_url"],
        environment_name("broker"): addresses["broker_url"],
        environment_name("results"): addresses["result_backend"],
    }


@contextmanager
def _published(path: Path, addresses: Mapping[str, str]) -> Iterator[None]:
    """Let others on this machine find the running service."""
    write_private(path, json.dumps(addresses))
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
