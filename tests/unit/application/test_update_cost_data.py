"""Make our record of what a credential is charged agree with the cloud's."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from adapters.fakes.costs import FakeCosts
from application.leasing import claim
from application.ports.errors import (
    AccessDenied,
    CredentialsExpired,
    LeaseLost,
    NotFound,
    PortError,
    Rejected,
    Throttled,
    TimedOut,
    Unavailable,
)
from application.use_cases.update_cost_data import UpdateCostDataRequest
from domain.accounts import AccountId, Credential, UserId
from domain.costs import CostReading, CostStatus, Period, SubAccountId
from domain.errors import AccountChanged
from domain.health import HealthStatus
from domain.leases import cost_lease
from tests.builders import a_charge
from tests.unit.application.cost_world import HERE, THERE, days_before, spent, the_reading
from tests.unit.application.world import World


@pytest.fixture
def bill() -> FakeCosts:
    return FakeCosts(HERE)


@pytest.fixture
def credential(world: World, bill: FakeCosts) -> Credential:
    credential = world.a_credential()
    world.clouds.bill(credential.id, bill)
    return credential


def yesterday(world: World) -> date:
    return days_before(world, 1)


def test_a_first_reading_brings_in_every_day_of_the_history(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    bill.charge(HERE, yesterday(world), a_charge("Compute", "1"), a_charge("Storage", "2"))
    bill.charge(HERE, days_before(world, 10), a_charge("Compute", "4"))
    report = world.read_costs(credential)
    assert (report.status, report.days_read, report.charges_changed) == (CostStatus.COMPLETE, 10, 3)
    assert spent(world, credential) == 7
    assert bill.asked == [(HERE, Period(days_before(world, 10), yesterday(world)))]
    reading = the_reading(world, credential)
    assert reading == CostReading(
        credential_id=credential.id,
        status=CostStatus.COMPLETE,
        attempted_at=world.clock.now(),
        completed_at=world.clock.now(),
    )


def test_the_same_day_again_asks_the_cloud_nothing(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    world.read_costs(credential)
    bill.asked.clear()
    world.clock.advance(timedelta(hours=1))
    report = world.read_costs(credential)
    assert bill.asked == []
    assert (report.status, report.days_read) == (CostStatus.COMPLETE, 0)


def test_a_late_correction_of_a_young_day_is_taken_over(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    day = days_before(world, 2)
    bill.charge(HERE, day, a_charge("Compute", "1"), a_charge("Storage", "1"))
    world.read_costs(credential)
    bill.charge(HERE, day, a_charge("Compute", "5"), a_charge("Storage", "1"))
    world.clock.advance(timedelta(days=1))
    report = world.read_costs(credential)
    assert report.charges_changed == 1
    assert spent(world, credential) == 6


def test_a_correction_of_an_estimated_day_is_taken_over_however_old(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    world.clock.advance(timedelta(days=7))  # the month before is closed
    old, settled = days_before(world, 8), days_before(world, 9)
    bill.estimate(old)
    for day in (old, settled):
        bill.charge(HERE, day, a_charge("Compute", "1"))
    world.read_costs(credential)
    for day in (old, settled):
        bill.charge(HERE, day, a_charge("Compute", "10"))
    world.clock.advance(timedelta(days=1))
    world.read_costs(credential)
    assert spent(world, credential) == 11


def test_a_correction_within_the_open_month_is_taken_over(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    world.clock.advance(timedelta(days=19))
    early = days_before(world, 9)
    bill.charge(HERE, early, a_charge("Compute", "1"))
    world.read_costs(credential)
    bill.charge(HERE, early)
    world.clock.advance(timedelta(days=1))
    assert world.read_costs(credential).charges_changed == 1
    assert spent(world, credential) == 0


def test_a_reading_that_broke_off_keeps_its_whole_days_and_is_gone_on_with(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    broken = days_before(world, 4)
    for day in Period(days_before(world, 10), yesterday(world)).days():
        bill.charge(HERE, day, a_charge("Compute", "1"))
    bill.fail(Unavailable("The page is torn."), sub_account=HERE, day=broken)
    with pytest.raises(Unavailable, match="torn"):
        world.read_costs(credential)
    assert spent(world, credential) == 6
    reading = the_reading(world, credential)
    assert (reading.status, reading.completed_at) == (CostStatus.FAILED, None)
    assert [(each.location, each.cause) for each in reading.troubles] == [
        (HERE, HealthStatus.UNREACHABLE)
    ]
    bill.heal()
    bill.asked.clear()
    assert world.read_costs(credential).status is CostStatus.COMPLETE
    assert bill.asked == [(HERE, Period(broken, yesterday(world)))]
    assert spent(world, credential) == 10


def test_one_sub_account_that_fails_leaves_the_others_alone(
    world: World, credential: Credential
) -> None:
    bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    bill.charge(THERE, yesterday(world), a_charge("Compute", "1"))
    refused = AccessDenied("It is refused.", remedy="Grant it.", permission="bill:Read")
    bill.fail(refused, sub_account=HERE, day=days_before(world, 10))
    report = world.read_costs(credential)
    assert (report.status, report.troubles) == (CostStatus.PARTIAL, 1)
    assert spent(world, credential) == 1
    (trouble,) = the_reading(world, credential).troubles
    assert (trouble.location, trouble.permission) == (HERE, "bill:Read")
    with world.unit_of_work() as work:
        assert work.costs.coverage(credential.id).keys() == {SubAccountId(THERE)}


def test_a_sub_account_that_fails_for_now_is_worth_another_try(
    world: World, credential: Credential
) -> None:
    bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    wait = Throttled("Slow down.", retry_after=60)
    bill.fail(wait, sub_account=HERE, day=days_before(world, 10))
    report = world.read_costs(credential)
    assert report.status is CostStatus.PARTIAL
    assert isinstance(report.try_again, Throttled)
    bill.heal()
    bill.asked.clear()
    assert world.read_costs(credential).try_again is None
    assert [sub_account for sub_account, _ in bill.asked] == [HERE]


def test_the_cost_of_another_account_is_not_taken_for_this_credentials(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    with world.unit_of_work() as work:
        work.credentials.remember_account(credential.id, AccountId("the one before"))
        work.commit()
    with pytest.raises(AccountChanged, match="the one before"):
        world.read_costs(credential)
    assert bill.asked == []
    assert the_reading(world, credential).status is CostStatus.FAILED


def test_when_it_was_last_complete_is_remembered_through_trouble(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    world.read_costs(credential)
    complete_at = world.clock.now()
    world.clock.advance(timedelta(days=1))
    bill.fail_sub_accounts(CredentialsExpired("The key is not accepted."))
    with pytest.raises(CredentialsExpired):
        world.read_costs(credential)
    reading = the_reading(world, credential)
    assert (reading.status, reading.completed_at) == (CostStatus.FAILED, complete_at)
    assert [each.cause for each in reading.troubles] == [HealthStatus.EXPIRED]


def test_a_credential_that_does_not_say_where_its_cost_is_is_no_error(world: World) -> None:
    credential = world.a_credential()
    report = world.read_costs(credential)
    assert (report.status, report.troubles) == (CostStatus.NOT_CONFIGURED, 0)
    assert the_reading(world, credential).status is CostStatus.NOT_CONFIGURED


def test_a_second_worker_finds_that_somebody_reads_already(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    claim(
        world.unit_of_work,
        cost_lease(credential.id),
        holder="worker-2",
        duration=timedelta(minutes=10),
    )
    report = world.read_costs(credential)
    assert report.as_dict() == {"credential_id": credential.id, "status": "already_running"}
    assert bill.asked == []


def test_a_worker_that_was_overtaken_writes_nothing_more(
    world: World, credential: Credential
) -> None:
    class SlowBill(FakeCosts):
        def sub_accounts(self) -> tuple[SubAccountId, ...]:
            world.clock.advance(timedelta(minutes=11))
            name = cost_lease(credential.id)
            claim(world.unit_of_work, name, holder="worker-2", duration=timedelta(minutes=10))
            return tuple(super().sub_accounts())

    bill = world.clouds.bill(credential.id, SlowBill(HERE))
    bill.charge(HERE, yesterday(world), a_charge("Compute", "1"))
    with pytest.raises(LeaseLost):
        world.read_costs(credential)
    assert spent(world, credential) == 0
    with world.unit_of_work() as work:
        assert work.costs.readings([credential.id]) == {}


def test_the_lease_is_given_back_whatever_happened(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    bill.fail_sub_accounts(Unavailable("It does not answer."))
    with pytest.raises(Unavailable):
        world.read_costs(credential)
    bill.heal()
    assert world.read_costs(credential).status is CostStatus.COMPLETE


def test_a_disabled_credential_and_one_of_somebody_else_are_refused(
    world: World, credential: Credential, bill: FakeCosts
) -> None:
    stranger = UpdateCostDataRequest(user_id=UserId(987), credential_id=credential.id)
    with pytest.raises(NotFound):
        world.update_cost_data()(stranger)
    with world.unit_of_work() as work:
        work.credentials.disable(credential.id, at=world.clock.now())
        work.commit()
    with pytest.raises(Rejected, match="disabled"):
        world.read_costs(credential)
    assert bill.asked == []


@pytest.mark.parametrize("error", [Unavailable("The store went away."), TimedOut("Too slow.")])
def test_a_failing_store_is_not_told_as_the_clouds_trouble(
    world: World, credential: Credential, error: PortError
) -> None:
    class BillThatOutlivesTheStore(FakeCosts):
        def sub_accounts(self) -> tuple[SubAccountId, ...]:
            world.store.fail_next(error)
            return tuple(super().sub_accounts())

    world.clouds.bill(credential.id, BillThatOutlivesTheStore(HERE))
    with pytest.raises(type(error), match=str(error)):
        world.read_costs(credential)
    with world.unit_of_work() as work:
        assert work.costs.readings([credential.id]) == {}


def test_a_defect_ends_the_reading_is_recorded_and_raised(
    world: World, credential: Credential
) -> None:
    bill = FakeCosts(HERE, THERE, "third")
    bill.fail(ZeroDivisionError(), sub_account=THERE, day=yesterday(world))  # type: ignore[arg-type]
    world.clouds.bill(credential.id, bill)
    with pytest.raises(ZeroDivisionError):
        world.read_costs(credential)
    reading = the_reading(world, credential)
    assert (reading.status, len(reading.troubles)) == (CostStatus.PARTIAL, 1)
    assert {sub_account for sub_account, _ in bill.asked} == {HERE, THERE}
    assert spent(world, credential) == Decimal(0)
