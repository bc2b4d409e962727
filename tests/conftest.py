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

_LONG = ("reliability/", "integration/worker/", "integration/embedded/", "docs/", "e2e/")
"""Where the tests are that take long, the longest first; for most of it they wait for others."""
_SHARE = 0.8
"""The part of a run within which all of those begin, so that none is the last one alone."""


def pytest_configure() -> None:
    """Let Ctrl-C reach the programs under test even where the run itself is in the background.

    A shell starts background jobs with SIGINT ignored, and children inherit that.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mix files that wait with files that compute, so that processors and patience are both used.

    The order is always the same, as processes that share the work must agree on it.
    """
    files = list(dict.fromkeys(map(_file, items)))
    long = [each for folder in _LONG for each in files if each.startswith(folder)]
    short = [each for each in files if not each.startswith(_LONG)]
    turns = {each: _SHARE * number / len(long) for number, each in enumerate(long)}
    turns |= {each: number / len(short) for number, each in enumerate(short)}
    items.sort(key=lambda item: turns[_file(item)])


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0].removeprefix("tests/")


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
    _administrate(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')


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
