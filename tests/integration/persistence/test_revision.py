import pytest

from adapters.persistence import schema
from adapters.persistence.engine import opened_engine
from adapters.persistence.revision import newest_revision, stored_revision
from application.ports.errors import PortError, Unavailable


def test_the_newest_revision_is_told_from_the_names_of_its_files() -> None:
    assert newest_revision() == schema.head_revision()


def test_the_revision_of_a_database_is_the_one_that_alembic_knows(
    migrated_database_url: str,
) -> None:
    with opened_engine(migrated_database_url) as engine:
        assert stored_revision(engine) == schema.current_revision(migrated_database_url)


def test_a_database_that_was_never_migrated_is_an_error_that_says_what_to_do(
    empty_database_url: str,
) -> None:
    with opened_engine(empty_database_url) as engine, pytest.raises(PortError) as refused:
        stored_revision(engine)
    assert "multicloud db upgrade" in refused.value.remedy


def test_a_database_that_is_away_is_unavailable() -> None:
    with opened_engine("postgresql://127.0.0.1:9/x") as engine, pytest.raises(Unavailable):
        stored_revision(engine)
