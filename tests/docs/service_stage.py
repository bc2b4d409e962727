"""Servers, a cloud and a user with a key to it, for the service that a page talks about."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

import psycopg2

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.celery_queue import sending_app
from adapters.secrets.box import new_key
from tests.docs.shown_service import ShownService
from tests.docs.terminal import Terminal
from tests.docs.warm_programs import warm_programs
from tests.integration.cli.shell import sandbox

USER: Final = "you@example.org"


@contextmanager
def a_shown_service(postgres_url: str, folder: Path) -> Iterator[ShownService]:
    """Have servers, a cloud and a user with a key to it; the parts are started by commands."""
    broker = EmbeddedValkey(folder / "valkey")
    broker.start()
    programs = folder / "programs"
    programs.mkdir()
    with (
        sandbox() as cloud,
        _database(postgres_url) as database_url,
        warm_programs(programs),
    ):
        service = _set_up(broker, database_url, folder)
        try:
            _furnish(service.terminal, cloud["credentials"]["aws"])
            yield service
        finally:
            service.stop()
            service.sender.close()
            broker.stop()


def _set_up(broker: EmbeddedValkey, database_url: str, folder: Path) -> ShownService:
    key = new_key().reveal()
    settings = {
        "DATABASE_URL": database_url,
        "PGHOST": _socket_folder(database_url),
        "RESTORED_URL": database_url.replace("/multicloud?", "/restored?"),
        "CELERY_BROKER_URL": broker.broker_url,
        "CELERY_RESULT_BACKEND": broker.result_backend,
        "FLOWER_PORT": str(_free_port()),
        "MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true",
        "MULTICLOUD_DATA_DIR": str(folder / "data"),
        "MULTICLOUD_SECRET_KEY": key,
        "MULTICLOUD_WORKER_CONCURRENCY": "2",
    }
    password = urlsplit(broker.broker_url).password
    return ShownService(
        terminal=Terminal(folder=folder, settings=settings, programs=folder / "programs"),
        sender=sending_app(broker.broker_url, broker.result_backend),
        secrets=(key, password or key),
    )


def _furnish(terminal: Terminal, document: object) -> None:
    (terminal.folder / "main.json").write_text(json.dumps(document))
    owner = f"--user {USER} --provider aws --name main"
    for line in (
        "multicloud db upgrade",
        f"multicloud users add {USER}",
        f"multicloud credentials add {owner} --file main.json",
    ):
        done = terminal.type(line)
        assert done.returncode == 0, done.stderr


@contextmanager
def _database(server_url: str) -> Iterator[str]:
    """Give a database as Compose makes it: of the user `multicloud`, with the same name."""
    _administrate(server_url, "CREATE ROLE multicloud SUPERUSER LOGIN")
    _administrate(server_url, "CREATE DATABASE multicloud OWNER multicloud")
    try:
        yield f"postgresql://multicloud@/multicloud?host={_socket_folder(server_url)}"
    finally:
        for name in ("multicloud", "restored", "from_backup", "before_restore"):
            _administrate(server_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        _administrate(server_url, "DROP ROLE multicloud")


def _socket_folder(url: str) -> str:
    (folder,) = parse_qs(urlsplit(url).query)["host"]
    return folder


def _administrate(postgres_url: str, statement: str) -> None:
    connection = psycopg2.connect(postgres_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
