"""Listings stay quick in a large table: PostgreSQL finds an index for each."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text

from adapters.persistence.inventory_browsing import browsing
from adapters.persistence.inventory_known import within
from adapters.persistence.tables import resource_inventory
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.inventory import ItemId, ResourceKind
from tests.contract.store_builders import NOW, a_resource, a_scope, add_credential, listed
from tests.integration.persistence.catalog import plan_of_select

USERS = 10
ITEMS_EACH = 400


@pytest.fixture
def owner(units: OpenUnitOfWork, engine: Engine) -> Credential:
    """One of many users with many items each, in a table PostgreSQL has got to know."""
    owners = [add_credential(units, email=f"user{number}@example.org") for number in range(USERS)]
    for owner in owners:
        listed(units, owner, [a_resource(f"i-{number}") for number in range(ITEMS_EACH)])
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    return owners[USERS // 2]


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.connect() as connection:
        yield connection


def test_no_page_of_the_inventory_reads_the_whole_table(
    owner: Credential, connection: Connection
) -> None:
    for chosen in (
        InventoryFilter(),
        InventoryFilter(user_id=owner.user_id),
        InventoryFilter(user_id=owner.user_id, kind=ResourceKind.AWS_VPC, region="us-east-1"),
        InventoryFilter(user_id=owner.user_id, tags=(("team", "blue"),)),
        InventoryFilter(credential_id=owner.id),
        InventoryFilter(user_id=owner.user_id, at=NOW),
    ):
        plan = plan_of_select(connection, browsing(chosen, after=ItemId(100), limit=50))
        assert "Seq Scan on resource_inventory" not in plan, plan
        assert "Seq Scan on inventory_changes" not in plan, plan


def test_a_users_page_is_read_in_the_order_of_an_index(
    owner: Credential, connection: Connection
) -> None:
    chosen = InventoryFilter(user_id=owner.user_id)
    plan = plan_of_select(connection, browsing(chosen, after=None, limit=50))
    assert "ix_resource_inventory_user_id_id" in plan
    assert "Sort" not in plan


def test_what_is_known_of_a_scope_is_found_by_the_key_of_the_scope(
    owner: Credential, connection: Connection
) -> None:
    plan = plan_of_select(connection, resource_inventory.select().where(within(a_scope(owner))))
    assert "uq_resource_inventory_credential_id_kind_location_external_id" in plan


def test_the_changes_of_a_user_or_of_an_item_are_found_by_an_index(
    owner: Credential, engine: Engine
) -> None:
    with SqlUnitOfWork(engine) as work:
        assert len(work.inventory.changes(user_id=owner.user_id, limit=20)) == 20
        session = work.inventory._session
        for condition, order, index in (
            (
                f"user_id = {owner.user_id}",
                "at DESC, id DESC",
                "ix_inventory_changes_user_id_at_id",
            ),
            ("true", "at DESC, id DESC", "ix_inventory_changes_at_id"),
            ("item_id = 77 AND id > 5", "id", "pk_inventory_changes"),
        ):
            query = f"SELECT * FROM inventory_changes WHERE {condition} ORDER BY {order} LIMIT 20"
            plan = "\n".join(session.run(text(f"EXPLAIN {query}")).scalars())
            assert index in plan, plan
