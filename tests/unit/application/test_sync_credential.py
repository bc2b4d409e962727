"""Make our record of what a credential reaches agree with what the cloud reports."""

from adapters.fakes.clouds import FakeCloud
from application.ports.errors import (
    AccessDenied,
    Unavailable,
)
from domain.health import HealthStatus
from domain.inventory import EVERYWHERE, ItemState
from domain.syncs import ScopeStatus, SyncStatus
from tests.builders import BUCKET, INSTANCE, IRELAND, OHIO, VPC, a_resource, a_scope
from tests.unit.application.world import World


def test_a_first_sync_brings_in_every_kind_from_every_location(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    report = world.sync(credential)
    assert set(world.items(credential)) == {"i-1", "i-2", "i-3", "b-1", "vpc-1"}
    assert report.run is not None
    assert report.run.status is SyncStatus.SUCCEEDED
    assert report.run.scopes_covered == 4
    assert report.run.counts.appeared == 5


def test_a_second_sync_of_the_same_cloud_changes_nothing(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    before = world.items(credential)
    report = world.sync(credential)
    assert report.run is not None
    assert report.run.counts.total == 0
    assert report.run.counts.unchanged == 5
    assert [item.changed_at for item in world.items(credential).values()] == [
        item.changed_at for item in before.values()
    ]


def test_the_credential_is_healthy_after_a_sync_that_covered_everything(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    assert world.health(credential).status is HealthStatus.HEALTHY


def test_what_changed_in_the_cloud_is_found_and_nothing_else(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.put(INSTANCE, IRELAND, a_resource("i-1", status="stopped"))
    report = world.sync(credential)
    assert report.run is not None
    assert report.run.counts.changed == report.run.counts.total == 1
    assert world.items(credential)["i-1"].resource.status == "stopped"


def test_what_left_the_cloud_is_missing_first_and_deleted_only_at_the_second_sight(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.remove(INSTANCE, IRELAND, "i-1")
    world.sync(credential)
    assert world.items(credential)["i-1"].state is ItemState.MISSING
    world.sync(credential)
    assert world.items(credential)["i-1"].state is ItemState.DELETED
    assert world.items(credential)["i-1"].deleted_at == world.clock.now()


def test_what_comes_back_is_active_again_under_the_same_id(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    number = world.items(credential)["i-1"].id
    cloud.remove(INSTANCE, IRELAND, "i-1")
    for _ in range(2):
        world.sync(credential)
    cloud.put(INSTANCE, IRELAND, a_resource("i-1"))
    world.sync(credential)
    item = world.items(credential)["i-1"]
    assert (item.id, item.state, item.deleted_at) == (number, ItemState.ACTIVE, None)


def test_a_listing_that_breaks_off_after_its_first_page_touches_nothing_of_its_scope(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    before = world.items(credential)
    cloud.remove(INSTANCE, IRELAND, "i-2")
    cloud.put(INSTANCE, IRELAND, a_resource("i-1", status="stopped"), a_resource("i-9"))
    cloud.put(INSTANCE, OHIO, a_resource("i-3", status="stopped"))
    cloud.fail(INSTANCE, IRELAND, Unavailable("Page 2 was lost."), after=1)
    report = world.sync(credential)
    after = world.items(credential)
    assert report.run is not None
    assert report.run.status is SyncStatus.PARTIAL
    assert "i-9" not in after
    assert [after[i] for i in ("i-1", "i-2")] == [before[i] for i in ("i-1", "i-2")]
    assert after["i-3"].resource.status == "stopped"


def test_health_names_the_region_the_kind_and_the_permission_that_are_missing(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    denied = AccessDenied("VPCs are denied.", remedy="Grant it.", permission="ec2:DescribeVpcs")
    cloud.fail(VPC, IRELAND, denied)
    world.sync(credential)
    health = world.health(credential)
    (trouble,) = health.troubles
    assert health.status is HealthStatus.DEGRADED
    assert (trouble.kind, trouble.location, trouble.permission) == (
        VPC,
        IRELAND,
        "ec2:DescribeVpcs",
    )
    assert trouble.cause is HealthStatus.DENIED
    assert trouble.remedy == "Grant it."


def test_a_kind_whose_locations_are_denied_does_not_stop_the_others(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.fail_locations(INSTANCE, AccessDenied("Regions are denied."))
    report = world.sync(credential)
    assert report.run is not None
    assert report.run.status is SyncStatus.PARTIAL
    assert report.run.scopes_covered == 2
    assert world.items(credential)["i-1"].state is ItemState.ACTIVE


def test_a_region_that_is_no_longer_offered_keeps_its_items_and_is_named(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.close(INSTANCE, OHIO)
    for _ in range(3):
        world.sync(credential)
    assert world.items(credential)["i-3"].state is ItemState.ACTIVE
    assert world.scope_record(a_scope(location=OHIO)).status is ScopeStatus.OUT_OF_REACH
    assert [trouble.location for trouble in world.health(credential).troubles] == [OHIO]


def test_a_record_that_names_no_resource_keeps_the_others_and_removes_nothing(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.remove(INSTANCE, IRELAND, "i-2")
    cloud.put(INSTANCE, IRELAND, a_resource("i-1", status="stopped"))
    cloud.put_unreadable(INSTANCE, IRELAND, "no InstanceId")
    for _ in range(3):
        world.sync(credential)
    items = world.items(credential)
    assert items["i-1"].resource.status == "stopped"
    assert items["i-2"].state is ItemState.ACTIVE
    assert world.scope_record(a_scope()).status is ScopeStatus.INCOMPLETE
    assert "no InstanceId" in world.health(credential).troubles[0].detail


def test_when_most_of_a_scope_vanishes_at_once_health_asks_and_the_next_sync_decides(
    world: World,
) -> None:
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, *(a_resource(f"i-{number}") for number in range(12)))
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    for number in range(11):
        cloud.remove(INSTANCE, IRELAND, f"i-{number}")
    world.sync(credential)
    assert {item.state for item in world.items(credential).values()} == {ItemState.ACTIVE}
    assert world.scope_record(a_scope()).status is ScopeStatus.SUSPECT
    assert world.health(credential).status is HealthStatus.DEGRADED
    assert "11 resources" in world.health(credential).troubles[0].detail
    world.sync(credential)
    states = [item.state for item in world.items(credential).values()]
    assert states.count(ItemState.MISSING) == 11
    assert world.health(credential).status is HealthStatus.HEALTHY


def test_a_resource_that_could_not_be_read_in_full_is_kept_and_reported(
    world: World, cloud: FakeCloud
) -> None:
    cloud.put(BUCKET, EVERYWHERE, a_resource("b-1", tags=None, oddities=("tags are unknown",)))
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    (trouble,) = world.health(credential).troubles
    assert "b-1 for one: tags are unknown" in trouble.detail
    assert world.items(credential)["b-1"].state is ItemState.ACTIVE
