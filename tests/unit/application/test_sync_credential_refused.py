"""A sync that may not, cannot, or must no longer write."""

import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.memory import MemoryUnitOfWork
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
from domain.inventory import EVERYWHERE, ItemState, Location, ResourceKind
from domain.leases import sync_lease
from domain.syncs import SyncStatus
from tests.builders import BUCKET, INSTANCE, IRELAND, OHIO, VPC, a_resource
from tests.unit.application.world import World


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
        run = work.sync_runs.latest_of([credential.id]).get(credential.id)
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


def test_when_every_kind_is_denied_health_names_every_permission(world: World) -> None:
    cloud = FakeCloud()
    for kind in (INSTANCE, BUCKET, VPC):
        cloud.fail_locations(kind, AccessDenied("Denied.", permission=f"may:{kind}"))
    credential = world.a_credential(cloud=cloud)
    with pytest.raises(AccessDenied):
        world.sync(credential)
    health = world.health(credential)
    assert health.status is HealthStatus.DENIED
    assert {trouble.permission for trouble in health.troubles} == {
        f"may:{kind}" for kind in (INSTANCE, BUCKET, VPC)
    }


def test_an_outage_is_named_although_more_regions_were_closed(world: World) -> None:
    cloud = FakeCloud()
    places = [Location(f"region-{number}") for number in range(3)]
    for place in places:
        cloud.put(INSTANCE, place, a_resource("i-1"))
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    for place in places[1:]:
        cloud.close(INSTANCE, place)
    cloud.fail(INSTANCE, places[0], Unavailable("No answer."))
    with pytest.raises(Unavailable):
        world.sync(credential)
    assert world.health(credential).status is HealthStatus.UNREACHABLE


def test_a_fault_of_our_own_before_any_listing_is_recorded_without_its_text(world: World) -> None:
    class BrokenCloud(FakeCloud):
        def account_id(self) -> AccountId:
            raise ZeroDivisionError("the secret is hunter2")

    credential = world.a_credential(cloud=BrokenCloud())
    with pytest.raises(ZeroDivisionError):
        world.sync(credential)
    with world.unit_of_work() as work:
        run = work.sync_runs.latest_of([credential.id]).get(credential.id)
    assert run is not None
    assert run.status is SyncStatus.FAILED
    assert "ZeroDivisionError" in run.troubles[0].detail
    assert world.health(credential).status is HealthStatus.ERROR
    assert "hunter2" not in str((run, world.health(credential)))


def test_a_fault_of_our_own_in_one_kind_spares_the_other_kinds(world: World) -> None:
    class BrokenCloud(FakeCloud):
        def locations(self, kind: ResourceKind) -> Sequence[Location]:
            if kind is VPC:
                raise ZeroDivisionError
            return super().locations(kind)

    cloud = BrokenCloud()
    cloud.put(INSTANCE, IRELAND, a_resource("i-1"))
    credential = world.a_credential(cloud=cloud)
    with pytest.raises(ZeroDivisionError):
        world.sync(credential)
    assert set(world.items(credential)) == {"i-1"}


def test_a_suspect_region_that_is_closed_next_is_still_reported(world: World) -> None:
    cloud = FakeCloud()
    cloud.put(INSTANCE, OHIO, *(a_resource(f"i-{number}") for number in range(12)))
    cloud.put(VPC, IRELAND, a_resource("vpc-1"))
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    for number in range(12):
        cloud.remove(INSTANCE, OHIO, f"i-{number}")
    world.sync(credential)
    cloud.close(INSTANCE, OHIO)
    world.sync(credential)
    assert [trouble.location for trouble in world.health(credential).troubles] == [OHIO]


def test_a_lease_is_kept_while_the_cloud_takes_its_time_to_say_where_to_look(world: World) -> None:
    class SlowCloud(FakeCloud):
        def locations(self, kind: ResourceKind) -> Sequence[Location]:
            time.sleep(0.2)
            return super().locations(kind)

    cloud = SlowCloud()
    cloud.put(INSTANCE, IRELAND, a_resource("i-1"))
    credential = world.a_credential(cloud=cloud)
    renewed = []

    class Counting(MemoryUnitOfWork):
        def commit(self) -> None:
            renewed.append(self)
            super().commit()

    world.open_unit_of_work = lambda: Counting(world.store)
    world.sync_credential(lease_duration=timedelta(milliseconds=60))(
        SyncCredentialRequest(user_id=credential.user_id, credential_id=credential.id)
    )
    assert len(renewed) > 10
