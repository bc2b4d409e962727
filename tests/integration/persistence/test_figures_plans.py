"""What is counted every few seconds is found by an index where one helps."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Select, text

from adapters.persistence import figures
from application.ports.unit_of_work import OpenUnitOfWork
from tests.contract.store_builders import add_credential
from tests.integration.persistence.catalog import plan_of

CREDENTIALS = 10
_SYNCS = """
INSERT INTO sync_runs (credential_id, status, started_at, finished_at, scopes_covered, appeared,
                       changed, returned, missing, deleted, unchanged, troubles)
SELECT id, 'succeeded', now() - turn * interval '10 minutes', now() - turn * interval '10 minutes',
       60, 0, 0, 0, 0, 0, 100, '[]'
FROM credentials, generate_series(1, 2000) AS turn
"""
_RESOURCES = """
INSERT INTO resources (user_id, credential_id, kind, name, spec, status, terraform_output,
                       created_at, updated_at)
SELECT user_id, id, 'aws_ec2_instance', 'web-' || number, '{}',
       CASE number WHEN 1 THEN 'failed' ELSE 'active' END, '{}', now(), now()
FROM credentials, generate_series(1, 100) AS number
"""
_RUNS = """
INSERT INTO terraform_runs (resource_id, action, status, history, queued_at, ended_at, leaks)
SELECT id, 'provision', 'applied', '[]', now(), now() - number * interval '1 week', '[]'
FROM resources, generate_series(1, 10) AS number
"""


@pytest.fixture
def connection(units: OpenUnitOfWork, engine: Engine) -> Iterator[Connection]:
    """A connection to much history, which PostgreSQL has got to know."""
    for number in range(CREDENTIALS):
        add_credential(units, name=f"key {number}")
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (_SYNCS, _RESOURCES, _RUNS, "VACUUM ANALYZE"):
            connection.execute(text(statement))
    with engine.connect() as connection:
        yield connection


def plan(connection: Connection, statement: Select[Any]) -> str:
    """Return the plan of a statement about the last day."""
    since = connection.execute(text("SELECT now() - interval '1 day'")).scalar_one()
    literal = {"literal_binds": True}
    chosen = statement.params(since=since)
    compiled = chosen.compile(dialect=connection.dialect, compile_kwargs=literal)
    return plan_of(connection, compiled.string, {})


def test_the_last_sync_of_a_credential_is_looked_up(connection: Connection) -> None:
    found = plan(connection, figures._CREDENTIALS)
    assert "ix_sync_runs_credential_id_started_at_id" in found
    assert "Seq Scan on sync_runs" not in found


def test_the_syncs_of_a_day_are_found_by_their_end(connection: Connection) -> None:
    found = plan(connection, figures._SYNCS)
    assert "ix_sync_runs_finished_at" in found
    assert "Seq Scan on sync_runs" not in found


def test_the_runs_of_a_day_and_the_active_ones_are_found_by_two_indexes(
    connection: Connection,
) -> None:
    found = plan(connection, figures._RUNS)
    assert "ix_terraform_runs_ended_at" in found
    assert "uq_terraform_runs_one_active" in found
    assert "Seq Scan on terraform_runs" not in found


def test_the_last_run_of_a_failed_resource_is_looked_up(connection: Connection) -> None:
    found = plan(connection, figures._LEAKING)
    assert "ix_terraform_runs_resource_id_id" in found
    assert "Seq Scan on terraform_runs" not in found
