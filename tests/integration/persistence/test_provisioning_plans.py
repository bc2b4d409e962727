"""What is known of resources and runs is found by an index, however much there is."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine, text

from adapters.persistence.inventory_browsing import browsing
from adapters.persistence.main_objects import seen_objects
from adapters.persistence.runs import forsaken_runs
from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import UserId
from domain.inventory import ItemId, Management, ResourceId
from tests.contract.store_builders import a_resource, add_credential, listed
from tests.integration.persistence.catalog import plan_of_select

ITEMS = 1000
USERS = 5
TALKATIVE = 77
"""A run with very many lines."""
_RESOURCES = """
INSERT INTO resources (user_id, credential_id, kind, name, spec, status, terraform_output,
                       created_at, updated_at)
SELECT user_id, id, 'aws_ec2_instance', 'web-' || number, '{}', 'active', '{}', now(), now()
FROM credentials, generate_series(1, 200) AS number
"""
_OBJECTS = """
INSERT INTO managed_objects
SELECT id, 'aws_instance.this', user_id, 'aws_instance', name, kind, 'i-' || substr(name, 5)
FROM resources
"""
_RUNS = """
INSERT INTO terraform_runs (resource_id, action, status, history, queued_at, ended_at, leaks)
SELECT id, 'provision', 'applied', '[]', now(), now(), '[]'
FROM resources, generate_series(1, 5)
"""
_STEPS = """
INSERT INTO terraform_steps (run_id, number, command, begun_at)
SELECT id, 1, 'apply', now() FROM terraform_runs
"""
_LINES = f"""
INSERT INTO terraform_logs (run_id, step, "offset", length, at, level, type, message)
SELECT run_id, number, line, 1, now(), 'info', 'other', 'text'
FROM terraform_steps, generate_series(0, CASE run_id WHEN {TALKATIVE} THEN 5000 ELSE 3 END) AS line
"""


@pytest.fixture
def user(units: OpenUnitOfWork, engine: Engine) -> UserId:
    """One of several users with many items and resources, in tables PostgreSQL has got to know."""
    owners = [add_credential(units, email=f"user{number}@example.org") for number in range(USERS)]
    for owner in owners:
        listed(units, owner, [a_resource(f"i-{number}") for number in range(ITEMS)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (_RESOURCES, _OBJECTS, _RUNS, _STEPS, _LINES, "VACUUM ANALYZE"):
            connection.execute(text(statement))
    return owners[USERS // 2].user_id


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


def test_whose_the_items_of_a_page_are_is_looked_up_item_by_item(
    user: UserId, connection: Connection
) -> None:
    plan = plan_of_select(connection, browsing(InventoryFilter(user_id=user), after=None, limit=50))
    assert "ix_managed_objects_user_id_kind_external_id" in plan
    assert "Seq Scan on managed_objects" not in plan


@pytest.mark.parametrize("management", [Management.UNMANAGED, Management.ORPHANED])
def test_a_page_of_what_no_state_knows_is_read_in_the_order_of_an_index(
    user: UserId, connection: Connection, management: Management
) -> None:
    chosen = InventoryFilter(user_id=user, management=management)
    plan = plan_of_select(connection, browsing(chosen, after=ItemId(100), limit=50))
    assert "Seq Scan on resource_inventory" not in plan, plan
    assert "Sort" not in plan, plan


def test_what_was_seen_of_a_resource_is_found_by_what_the_inventory_calls_it(
    user: UserId, connection: Connection
) -> None:
    assert user
    plan = plan_of_select(connection, seen_objects([ResourceId(7)]))
    assert "pk_managed_objects" in plan
    assert "ix_resource_inventory_external_id_credential_id" in plan


def test_a_run_that_nobody_works_on_is_looked_for_among_the_active_ones_alone(
    user: UserId, connection: Connection
) -> None:
    assert user
    plan = plan_of_select(connection, forsaken_runs(patience=timedelta(minutes=1), limit=10))
    assert "uq_terraform_runs_one_active" in plan


def test_a_long_log_is_read_in_the_order_of_an_index_from_either_end(
    user: UserId, connection: Connection
) -> None:
    assert user
    for rest in (
        'AND (step, "offset") > (1, 2) ORDER BY step, "offset" LIMIT 100',
        'ORDER BY step DESC, "offset" DESC LIMIT 100',
    ):
        plan = _plan(connection, f"SELECT * FROM terraform_logs WHERE run_id = {TALKATIVE} {rest}")
        assert "pk_terraform_logs" in plan, plan
        assert "Sort" not in plan, plan


def test_the_runs_of_a_resource_are_found_by_an_index(user: UserId, connection: Connection) -> None:
    assert user
    plan = _plan(connection, "SELECT * FROM terraform_runs WHERE resource_id = 7 ORDER BY id")
    assert "ix_terraform_runs_resource_id_id" in plan


def _plan(connection: Connection, query: str) -> str:
    return "\n".join(connection.execute(text(f"EXPLAIN {query}")).scalars())
