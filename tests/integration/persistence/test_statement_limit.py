"""For how long the database works on one statement."""

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, text

from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.settings import Settings


def limit_of(container: Container) -> str:
    engine = container.engine()
    assert isinstance(engine, Engine)
    with engine.connect() as connection:
        limit: str = connection.execute(text("SHOW statement_timeout")).scalar_one()
    return limit


@pytest.fixture
def container(migrated_database_url: str) -> Container:
    return Container(settings=Settings(database=SecretStr(migrated_database_url)))


def test_no_statement_goes_on_for_ever(container: Container) -> None:
    assert limit_of(container) == "2min"
    container.shutdown_resources()


def test_who_only_looks_may_have_statements_stopped_sooner(container: Container) -> None:
    container.statement_seconds.override(4)
    assert limit_of(container) == "4s"
    container.shutdown_resources()
