"""Find out how well the credentials work, without hammering those that do not."""

from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud, FakeClouds
from application.ports.errors import AccessDenied, CredentialsExpired, NotFound
from application.probing import MOST_DEATHS
from application.use_cases.update_provider_health import (
    UpdateProviderHealth,
    UpdateProviderHealthReport,
    UpdateProviderHealthRequest,
)
from domain.accounts import AccountId, CredentialId
from domain.health import HealthStatus
from domain.leases import HEALTH_ROUND
from tests.builders import VPC
from tests.unit.application.world import World


def update_health(
    world: World, *credential_ids: CredentialId, page_size: int = 200
) -> UpdateProviderHealthReport:
    use_case = UpdateProviderHealth(
        unit_of_work=world.unit_of_work,
        clouds=world.clouds,
        holder="worker-1",
        page_size=page_size,
    )
    return use_case(UpdateProviderHealthRequest(credential_ids=credential_ids or None))


def test_every_active_credential_is_checked_page_by_page(world: World) -> None:
    credentials = [world.a_credential() for _ in range(5)]
    report = update_health(world, page_size=2)
    assert report.as_dict() == {"checked": 5, "healthy": 5}
    assert {world.health(each).status for each in credentials} == {HealthStatus.HEALTHY}


def test_one_broken_credential_keeps_no_other_from_being_checked(world: World) -> None:
    cloud = FakeCloud()
    cloud.fail_account(CredentialsExpired("The key is unknown.", remedy="Enter another."))
    broken, fine = world.a_credential(cloud=cloud), world.a_credential()
    update_health(world)
    assert world.health(broken).status is HealthStatus.EXPIRED
    assert world.health(fine).status is HealthStatus.HEALTHY


def test_a_missing_permission_is_named(world: World) -> None:
    cloud = FakeCloud()
    cloud.fail_probe(VPC, AccessDenied("Denied.", permission="ec2:DescribeVpcs"))
    credential = world.a_credential(cloud=cloud)
    update_health(world)
    health = world.health(credential)
    assert health.status is HealthStatus.DEGRADED
    assert health.troubles[0].permission == "ec2:DescribeVpcs"


def test_a_secret_that_cannot_be_opened_is_an_error_with_a_remedy(world: World) -> None:
    credential = world.a_credential()
    world.clouds = FakeClouds()
    update_health(world)
    health = world.health(credential)
    assert health.status is HealthStatus.ERROR
    assert health.troubles[0].remedy


def test_a_credential_that_keeps_failing_is_asked_ever_less_often_and_comes_back_by_itself(
    world: World,
) -> None:
    cloud = FakeCloud()
    cloud.fail_account(CredentialsExpired("The key is unknown."))
    credential = world.a_credential(cloud=cloud)
    asked = 0
    for _ in range(24):
        asked += update_health(world).checked
        world.clock.advance(timedelta(minutes=5))
    assert asked == 4
    cloud.heal()
    world.clock.advance(timedelta(hours=1))
    update_health(world)
    assert world.health(credential).status is HealthStatus.HEALTHY


def test_asking_for_one_credential_checks_it_at_once_and_no_other(world: World) -> None:
    first, second = world.a_credential(), world.a_credential()
    update_health(world)
    world.clock.advance(timedelta(seconds=1))
    assert update_health(world, second.id).checked == 1
    assert world.health(second).checked_at > world.health(first).checked_at


def test_a_disabled_credential_is_left_alone(world: World) -> None:
    credential = world.a_credential()
    with world.unit_of_work() as work:
        work.credentials.disable(credential.id, at=world.clock.now())
        work.commit()
    assert update_health(world).checked == 0


def test_an_unknown_credential_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        update_health(world, CredentialId(404))


def test_a_round_every_five_minutes_misses_nobody_although_each_takes_its_time(
    world: World,
) -> None:
    for _ in range(5):
        world.a_credential()
    checked = []
    for _ in range(4):
        began = world.clock.now()
        checked.append(update_health(world).checked)
        world.clock.advance(timedelta(seconds=20))
        checked.append(update_health(world).checked)
        world.clock.advance(began + timedelta(minutes=5) - world.clock.now())
    assert checked == [5, 0] * 4


def test_while_one_round_is_under_way_a_second_one_does_nothing(world: World) -> None:
    world.a_credential()
    with world.unit_of_work() as work:
        work.leases.claim(HEALTH_ROUND, holder="another", duration=timedelta(minutes=4))
        work.commit()
    assert update_health(world).checked == 0
    world.clock.advance(timedelta(minutes=5))
    assert update_health(world).checked == 1


def test_a_fault_of_our_own_in_one_check_spares_the_others_and_is_not_hidden(
    world: World,
) -> None:
    class BrokenCloud(FakeCloud):
        def account_id(self) -> AccountId:
            raise ZeroDivisionError("the secret is hunter2")

    broken, fine = world.a_credential(cloud=BrokenCloud()), world.a_credential()
    with pytest.raises(ZeroDivisionError):
        update_health(world)
    assert world.health(fine).status is HealthStatus.HEALTHY
    health = world.health(broken)
    assert health.status is HealthStatus.ERROR
    assert "ZeroDivisionError" in health.troubles[0].detail
    assert "hunter2" not in str(health)


class Killed(BaseException):
    """The process is killed in the middle of a probe."""


class DeadlyCloud(FakeCloud):
    def account_id(self) -> AccountId:
        raise Killed


def test_a_probe_that_kills_its_worker_is_an_error_in_the_end_and_others_go_on(
    world: World,
) -> None:
    deadly = world.a_credential(cloud=DeadlyCloud())
    fine = [world.a_credential() for _ in range(5)]
    deaths = 0
    for _ in range(5):
        try:
            update_health(world)
        except Killed:
            deaths += 1
        world.clock.advance(timedelta(minutes=5))
    assert deaths == MOST_DEATHS
    assert {world.health(each).status for each in fine} == {HealthStatus.HEALTHY}
    health = world.health(deadly)
    assert health.status is HealthStatus.ERROR
    assert "died 3 times in a row" in health.troubles[0].detail
