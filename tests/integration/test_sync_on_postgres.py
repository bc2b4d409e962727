"""The whole use case over the real store: what a sync writes is what is there."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.persistence.engine import build_engine
from application.ports.errors import Unavailable
from application.ports.inventory import InventoryFilter
from domain.inventory import ChangeKind, ItemState
from domain.syncs import ScopeStatus
from tests.builders import INSTANCE, IRELAND, OHIO, VPC, a_resource, a_scope
from tests.timed_store import TimedUnitOfWork
from tests.unit.application.world import World


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
    cloud.put(INSTANCE, IRELAND, *(a_resource(f"i-{n}", tags={"n": str(n)}) for n in range(12)))
    cloud.put(INSTANCE, OHIO, a_resource("i-0", region="us-east-2"))
    cloud.put(VPC, IRELAND, a_resource("vpc-1", status=None))
    return cloud


def test_the_inventory_equals_the_cloud_after_each_sync(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.put(INSTANCE, IRELAND, a_resource("i-0", status="stopped", tags=None))
    cloud.put(INSTANCE, IRELAND, a_resource("i-new"))
    cloud.remove(INSTANCE, IRELAND, "i-5")
    report = world.sync(credential)
    assert report.run is not None
    assert (report.run.counts.changed, report.run.counts.appeared, report.run.counts.missing) == (
        1,
        1,
        1,
    )
    (stopped,) = (
        item
        for item in world.items_of(credential)
        if item.scope.location == IRELAND and item.resource.external_id == "i-0"
    )
    assert (stopped.resource.status, stopped.resource.tags) == ("stopped", {"n": "0"})
    world.sync(credential)
    assert world.items(credential)["i-5"].state is ItemState.DELETED


def test_an_unchanged_sync_leaves_every_row_as_it_was(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    before = world.items_of(credential)
    report = world.sync(credential)
    assert report.run is not None
    assert (report.run.counts.total, report.run.counts.unchanged) == (0, 14)
    after = world.items_of(credential)
    assert [(item.id, item.changed_at) for item in before] == [
        (item.id, item.changed_at) for item in after
    ]


def test_a_failed_region_is_remembered_with_what_it_held(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.fail(INSTANCE, IRELAND, Unavailable("Page 2 was lost."), after=3)
    cloud.remove(INSTANCE, IRELAND, "i-5")
    for _ in range(3):
        world.sync(credential)
    record = world.scope_record(a_scope(credential_id=credential.id))
    assert (record.status, record.items) == (ScopeStatus.FAILED, 12)
    assert record.trouble is not None
    assert world.items(credential)["i-5"].state is ItemState.ACTIVE


def test_the_suspicion_survives_between_two_syncs(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    for number in range(11):
        cloud.remove(INSTANCE, IRELAND, f"i-{number}")
    states = []
    for _ in range(3):
        world.sync(credential)
        states.append(world.items(credential)["i-3"].state)
    assert states == [ItemState.ACTIVE, ItemState.MISSING, ItemState.DELETED]


def test_the_inventory_of_any_past_moment_can_be_asked_for(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    beginning = world.clock.now()
    world.sync(credential)
    first = world.clock.now()
    cloud.put(INSTANCE, IRELAND, a_resource("i-0", status="stopped", tags={"n": "0"}))
    cloud.remove(INSTANCE, IRELAND, "i-5")
    for _ in range(2):
        world.sync(credential)

    def status_at(**moment: timedelta) -> dict[str, str | None]:
        at = first + moment.get("after", timedelta())
        chosen = InventoryFilter(credential_id=credential.id, kind=INSTANCE, at=at)
        with world.unit_of_work() as work:
            page = work.inventory.page(chosen, after=None, limit=100)
        return {
            item.resource.external_id: item.resource.status
            for item in page
            if item.scope.location == IRELAND
        }

    assert status_at()["i-0"] == "running"
    assert "i-5" in status_at()
    later = status_at(after=timedelta(minutes=25))
    assert later["i-0"] == "stopped"
    assert "i-5" not in later
    assert status_at(after=beginning - first) == {}


def test_every_change_is_in_the_history_with_the_fields_that_differ(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.put(INSTANCE, IRELAND, a_resource("i-0", status="stopped", tags={"n": "zero"}))
    world.sync(credential)
    with world.unit_of_work() as work:
        latest, *earlier = work.inventory.changes(limit=100)
    assert latest.kind is ChangeKind.CHANGED
    assert {(each.field, each.before, each.after) for each in latest.fields} == {
        ("status", "running", "stopped"),
        ("tags.n", "0", "zero"),
    }
    assert {change.kind for change in earlier} == {ChangeKind.APPEARED}
