"""Make our record of what a credential reaches agree with what the cloud reports."""

from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    LeaseLost,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
)
from application.use_cases.sync_credential import SyncCredentialRequest
from domain.accounts import AccountId, Provider, UserId
from domain.errors import AccountChanged
from domain.health import HealthStatus
from domain.inventory import EVERYWHERE, ItemState
from domain.leases import sync_lease
from domain.syncs import ScopeStatus, SyncStatus
from tests.builders import BUCKET, INSTANCE, IRELAND, OHIO, VPC, a_resource, a_scope
from tests.unit.application.world import World


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def cloud() -> FakeCloud:
    """Two instances in Ireland, one in Ohio, one bucket, one VPC."""
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, a_resource("i-1"), a_resource("i-2"))
    cloud.put(INSTANCE, OHIO, a_resource("i-3"))
    cloud.put(BUCKET, EVERYWHERE, a_resource("b-1"))
    cloud.put(VPC, IRELAND, a_resource("vpc-1"))
    return cloud


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


def test_a_key_that_is_not_accepted_fails_the_sync_and_shows_in_health(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    cloud.fail_account(CredentialsExpired("The key is unknown.", remedy="Enter another."))
    with pytest.raises(CredentialsExpired):
        world.sync(credential)
    health = world.health(credential)
    assert health.status is HealthStatus.EXPIRED
    assert health.troubles[0].remedy == "Enter another."
    assert {item.state for item in world.items(credential).values()} == {ItemState.ACTIVE}
    with world.unit_of_work() as work:
        run = work.sync_runs.latest(credential.id)
    assert run is not None
    assert run.status is SyncStatus.FAILED
    assert run.troubles[0].detail == "The key is unknown."


def test_when_no_scope_could_be_covered_the_sync_failed_for_the_common_cause(world: World) -> None:
    cloud = FakeCloud()
    cloud.open(INSTANCE, IRELAND, OHIO)
    cloud.fail(INSTANCE, IRELAND, Throttled("Slow down."))
    cloud.fail(INSTANCE, OHIO, Throttled("Slow down."))
    credential = world.a_credential(cloud=cloud)
    with pytest.raises(Throttled):
        world.sync(credential)
    assert world.health(credential).status is HealthStatus.THROTTLED


def test_a_fault_of_our_own_in_one_scope_spares_the_others_and_is_not_hidden(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)

    def stumble() -> None:
        raise ZeroDivisionError("a bug")

    cloud.meanwhile(VPC, IRELAND, stumble, after=0)
    with pytest.raises(ZeroDivisionError):
        world.sync(credential)
    assert set(world.items(credential)) == {"i-1", "i-2", "i-3", "b-1"}
    assert world.health(credential).status is HealthStatus.DEGRADED


def test_a_credential_that_opens_another_account_than_before_touches_nothing(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    other = FakeCloud(account_id="999999999999")
    other.open(INSTANCE, IRELAND)
    world.clouds.connect(credential.id, other)
    with world.unit_of_work() as work:
        assert work.credentials.get(credential.id).account_id == AccountId("111122223333")
    for _ in range(3):
        with pytest.raises(AccountChanged, match="999999999999"):
            world.sync(credential)
    assert {item.state for item in world.items(credential).values()} == {ItemState.ACTIVE}
    assert world.health(credential).status is HealthStatus.ERROR


def test_while_a_credential_is_being_synced_a_second_sync_of_it_does_nothing(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    with world.unit_of_work() as work:
        work.leases.claim(
            sync_lease(credential.id), holder="another", duration=timedelta(minutes=20)
        )
        work.commit()
    report = world.sync(credential)
    assert report.run is None
    assert report.as_dict()["status"] == "already_running"
    assert world.items(credential) == {}


def test_a_sync_gives_its_lease_back_even_when_it_fails(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    cloud.fail_account(Unavailable("No answer."), times=1)
    with pytest.raises(Unavailable):
        world.sync(credential)
    assert world.sync(credential).run is not None


def test_a_worker_that_was_taken_for_dead_can_write_nothing_more(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)

    def be_taken_over() -> None:
        world.clock.advance(timedelta(minutes=10))
        with world.unit_of_work() as work:
            work.leases.claim(sync_lease(credential.id), holder="b", duration=timedelta(minutes=5))
            work.commit()

    for kind, location in ((INSTANCE, OHIO), (BUCKET, EVERYWHERE), (VPC, IRELAND)):
        cloud.close(kind, location)
    cloud.meanwhile(INSTANCE, IRELAND, be_taken_over, after=1)
    with pytest.raises(LeaseLost):
        world.sync(credential)
    assert world.items(credential) == {}


def test_a_credential_of_another_user_is_not_found(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    request = SyncCredentialRequest(
        user_id=UserId(credential.user_id + 1), credential_id=credential.id
    )
    with pytest.raises(NotFound):
        world.sync_credential()(request)


def test_a_credential_for_another_cloud_is_refused(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    request = SyncCredentialRequest(
        user_id=credential.user_id, credential_id=credential.id, provider=Provider.GCP
    )
    with pytest.raises(Rejected, match="not for gcp"):
        world.sync_credential()(request)


def test_a_disabled_credential_is_refused(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    with world.unit_of_work() as work:
        work.credentials.disable(credential.id, at=world.clock.now())
        work.commit()
    with pytest.raises(Rejected, match="disabled"):
        world.sync(credential)


def test_the_observer_is_told_of_every_scope(world: World, cloud: FakeCloud) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    assert world.observer.plans == [4]
    assert set(world.observer.begun) == {record.scope for record in world.observer.ended}
    assert len(world.observer.ended) == 4


def test_when_the_store_goes_away_in_the_midst_what_was_written_is_whole(
    world: World, cloud: FakeCloud
) -> None:
    credential = world.a_credential(cloud=cloud)
    for kind, location in ((INSTANCE, OHIO), (BUCKET, EVERYWHERE), (VPC, IRELAND)):
        cloud.close(kind, location)
    cloud.meanwhile(
        INSTANCE, IRELAND, lambda: world.store.fail_next(Unavailable("The store is down.")), after=1
    )
    with pytest.raises(Unavailable):
        world.sync(credential)
    assert world.items(credential) == {}
    assert world.sync(credential).run is not None
    assert set(world.items(credential)) == {"i-1", "i-2"}
