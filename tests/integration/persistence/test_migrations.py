from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from adapters.persistence import schema
from adapters.persistence.engine import build_engine
from adapters.persistence.tables import metadata
from application.ports.errors import Conflict, Unavailable
from tests.integration.persistence.catalog import description, table_names

PUBLISHED_TABLES = {
    "users",
    "credentials",
    "resource_inventory",
    "cost_data",
    "provider_health",
    "resources",
}


@pytest.mark.parametrize("revision", schema.revisions())
def test_every_step_can_be_taken_back_and_taken_again(
    empty_database_url: str, revision: str
) -> None:
    order = ["base", *schema.revisions()]
    before = order[order.index(revision) - 1]
    schema.upgrade_to(empty_database_url, revision)
    schema.downgrade(empty_database_url, before)
    assert schema.current_revision(empty_database_url) == (None if before == "base" else before)
    schema.upgrade_to(empty_database_url, revision)
    assert schema.current_revision(empty_database_url) == revision


def test_taking_every_step_back_leaves_no_table_of_ours(empty_database_url: str) -> None:
    schema.upgrade(empty_database_url)
    schema.downgrade(empty_database_url, "base")
    engine = build_engine(empty_database_url)
    with engine.connect() as connection:
        assert table_names(connection) == {"alembic_version"}
    engine.dispose()


def test_the_tables_that_others_read_are_there(migrated_database_url: str) -> None:
    engine = build_engine(migrated_database_url)
    with engine.connect() as connection:
        assert table_names(connection) >= PUBLISHED_TABLES
    engine.dispose()


def test_the_migrations_build_what_the_code_believes_is_there(
    empty_database_url: str, migrated_database_url: str
) -> None:
    declared = build_engine(empty_database_url)
    with declared.begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num text)"))
        metadata.create_all(connection)
        expected = description(connection)
    declared.dispose()
    migrated = build_engine(migrated_database_url)
    with migrated.connect() as connection:
        assert description(connection) == expected
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    migrated.dispose()


def test_two_processes_may_migrate_at_once(empty_database_url: str) -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as processes:
        list(processes.map(schema.upgrade, [empty_database_url] * 2))
    assert schema.check(empty_database_url).current


def test_the_state_of_a_database_says_whether_something_is_left_to_do(
    empty_database_url: str,
) -> None:
    untouched = schema.check(empty_database_url)
    assert (untouched.revision, untouched.current) == (None, False)
    schema.upgrade(empty_database_url)
    assert schema.check(empty_database_url).current


def test_a_database_of_a_newer_version_is_left_alone(migrated_database_url: str) -> None:
    engine = build_engine(migrated_database_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(Conflict, match="newer"):
        schema.upgrade(migrated_database_url)


def test_a_database_that_is_not_there_is_unavailable_and_named(empty_database_url: str) -> None:
    nowhere = empty_database_url.replace("/test_", "/no_such_")
    with pytest.raises(Unavailable, match="no_such_") as raised:
        schema.check(nowhere)
    assert "does not exist" in raised.value.summary
