"""The example queries run on the real schema and answer what they say they answer."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import psycopg2
import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.persistence.engine import build_engine
from application.ports.errors import AccessDenied
from application.ports.inventory import InventoryFilter
from tests.builders import INSTANCE, IRELAND, OHIO, a_resource
from tests.docs.markdown import blocks, read, sections
from tests.timed_store import TimedUnitOfWork
from tests.unit.application.world import World

EXAMPLES = sections(read("docs/architecture.md"), level=3)
_MOMENT = re.compile(r"TIMESTAMPTZ '[^']+'")


@pytest.fixture
def world(migrated_database_url: str) -> Iterator[World]:
    engine = build_engine(migrated_database_url)
    world = World()
    world.open_unit_of_work = lambda: TimedUnitOfWork(engine, world.clock)
    yield world
    engine.dispose()


@pytest.fixture
def cloud() -> FakeCloud:
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, *(a_resource(f"i-{number}") for number in range(3)))
    cloud.put(INSTANCE, OHIO, a_resource("i-9"))
    return cloud


def answer(url: str, heading: str, *, at: datetime | None = None) -> list[tuple[Any, ...]]:
    """Run the example below *heading*, with its moments replaced by *at*."""
    (query,) = blocks(EXAMPLES[heading], "sql")
    if at is not None:
        query = _MOMENT.sub(f"TIMESTAMPTZ '{at.isoformat()}'", query)
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = cursor.fetchall()
    connection.close()
    return found


def test_the_past_inventory_in_sql_is_the_one_the_service_shows(
    migrated_database_url: str, world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    moments = [world.clock.now()]
    for change in (leave, stop, lose, leave):
        change(cloud)
        world.sync(credential)
        moments.append(world.clock.now())
    shown = [as_shown(world, at) for at in moments]
    past = "The inventory at a past time"
    assert [answer(migrated_database_url, past, at=at) for at in moments] == shown
    assert [len(items) for items in shown] == [0, 4, 4, 4, 3]


def leave(_cloud: FakeCloud) -> None:
    """Change nothing."""


def stop(cloud: FakeCloud) -> None:
    cloud.put(INSTANCE, IRELAND, a_resource("i-0", status="stopped", name="renamed"))


def lose(cloud: FakeCloud) -> None:
    cloud.remove(INSTANCE, IRELAND, "i-1")


def as_shown(world: World, at: datetime) -> list[tuple[Any, ...]]:
    with world.unit_of_work() as work:
        items = work.inventory.page(InventoryFilter(at=at), after=None, limit=100)
    return [
        (
            item.id,
            item.scope.kind.value,
            item.resource.external_id,
            item.resource.name,
            item.resource.status,
        )
        for item in items
    ]


def test_what_is_missing_is_found_in_sql(
    migrated_database_url: str, world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    lose(cloud)
    world.sync(credential)
    (missing,) = answer(migrated_database_url, "What is missing")
    expected = (INSTANCE.value, IRELAND, "i-1", "i-1", world.clock.now())
    assert missing == expected


def test_stale_scopes_are_found_in_sql_with_their_reason(
    migrated_database_url: str, world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    cloud.fail(INSTANCE, OHIO, AccessDenied("Ohio is closed."))
    world.sync(credential)
    found = answer(migrated_database_url, "Stale scopes")
    assert [(row[2], row[3], row[5]) for row in found if row[1] == INSTANCE.value] == [
        (OHIO, "failed", "Ohio is closed.")
    ]
