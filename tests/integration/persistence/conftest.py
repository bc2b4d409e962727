"""A migrated database, an engine on it, and units of work."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork


@pytest.fixture
def engine(migrated_database_url: str) -> Iterator[Engine]:
    engine = build_engine(migrated_database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def units(engine: Engine) -> OpenUnitOfWork:
    return lambda: SqlUnitOfWork(engine)
