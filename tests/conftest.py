"""Real servers for every test that needs them: one of each for the whole run."""

import signal
import uuid
from collections.abc import Iterator

import psycopg2
import pytest

from adapters.embedded.postgres import EmbeddedPostgres
from adapters.embedded.valkey import EmbeddedValkey
from adapters.persistence import schema
from tests.broker import redis_client

_LONG_FIRST = ("reliability", "integration", "docs", "e2e")
"""The folders of the tests that take longest, in that order; the others fill the gaps."""


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs under test even where the run itself is in the background.

    A shell starts background jobs with SIGINT ignored, and children inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, so that no process is still at it when the others are done."""
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    folder = item.nodeid.removeprefix("tests/").partition("/")[0]
    return _LONG_FIRST.index(folder) if folder in _LONG_FIRST else len(_LONG_FIRST)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PostgreSQL server, reached as its superuser."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgresql"), durable=False)
    server.start()
    yield server.url
    server.stop()


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedValkey]:
    """A running Valkey server, shared by every test of the run."""
    server = EmbeddedValkey(tmp_path_factory.mktemp("valkey"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def valkey_url(valkey: EmbeddedValkey) -> str:
    """The address of a Valkey server with nothing in it."""
    with redis_client(valkey.broker_url) as client:
        client.flushall()
    return valkey.broker_url


def _create_database(server_url: str, name: str, *, template: str = "template0") -> None:
    # Copied as files: writing all of it to the log of changes takes half as long again.
    copied = f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'
    _administrate(server_url, copied)


def _administrate(server_url: str, statement: str) -> None:
    admin = psycopg2.connect(server_url)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(statement)
    admin.close()


def _database_url(server_url: str, name: str) -> str:
    return server_url.replace("/postgres?", f"/{name}?")


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A new database without any table."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _create_database(postgres_url, name)
    yield _database_url(postgres_url, name)
    _administrate(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def _migrated_template(postgres_url: str) -> str:
    """A migrated database that is only ever copied, because migrating each time is slow."""
    name = "migrated_template"
    _create_database(postgres_url, name)
    schema.upgrade(_database_url(postgres_url, name))
    return name


@pytest.fixture
def migrated_database_url(postgres_url: str, _migrated_template: str) -> Iterator[str]:
    """A new database with every table and no row."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    _create_database(postgres_url, name, template=_migrated_template)
    yield _database_url(postgres_url, name)
    _administrate(postgres_url, f'DROP DATABASE "{name}" WITH (FORCE)')
