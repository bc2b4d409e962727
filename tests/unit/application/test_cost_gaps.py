"""Tell "no cost" from "not read"."""

from datetime import timedelta

import pytest

from adapters.fakes.costs import FakeCosts
from application.ports.cost_ledger import CostFilter
from application.ports.errors import AccessDenied, CredentialsExpired
from application.use_cases.list_cost_gaps import CostGap, ListCostGaps
from domain.accounts import Credential, Provider
from domain.costs import CostStatus, Period
from domain.health import HealthStatus
from tests.unit.application.cost_world import HERE, THERE, days_before, lately
from tests.unit.application.world import World

HISTORY = 10


@pytest.fixture
def chosen(world: World) -> CostFilter:
    """The days that the first reading goes back to."""
    return CostFilter(period=lately(world, HISTORY))


def missing(world: World, chosen: CostFilter, page_size: int = 2) -> list[CostGap]:
    return list(ListCostGaps(unit_of_work=world.unit_of_work, page_size=page_size)(chosen))


def test_days_that_were_read_and_cost_nothing_are_no_gap(world: World, chosen: CostFilter) -> None:
    credential = world.a_credential()
    world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    world.read_costs(credential)
    assert missing(world, chosen) == []


def test_before_the_first_reading_everything_is_missing_and_nothing_is_blamed(
    world: World, chosen: CostFilter
) -> None:
    credential = world.a_credential()
    (gap,) = missing(world, chosen)
    assert (gap.credential, gap.sub_account_id) == (credential, None)
    assert (gap.missing, gap.reading, gap.trouble) == ((chosen.period,), None, None)


def test_what_broke_off_is_missing_with_its_reason(world: World, chosen: CostFilter) -> None:
    credential = world.a_credential()
    bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    refused = AccessDenied("It is refused.", permission="bill:Read")
    bill.fail(refused, sub_account=THERE, day=days_before(world, 3))
    world.read_costs(credential)
    (gap,) = missing(world, chosen)
    assert gap.sub_account_id == THERE
    assert gap.missing == (Period(days_before(world, 3), days_before(world, 1)),)
    assert gap.trouble is not None
    assert gap.trouble.permission == "bill:Read"


def test_a_sub_account_that_could_never_be_read_is_named(world: World, chosen: CostFilter) -> None:
    credential = world.a_credential()
    bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    refused = AccessDenied("It is refused.")
    bill.fail(refused, sub_account=THERE, day=days_before(world, HISTORY))
    world.read_costs(credential)
    (gap,) = missing(world, chosen)
    assert (gap.sub_account_id, gap.missing) == (THERE, (chosen.period,))


def test_the_trouble_of_one_sub_account_is_not_told_of_another(world: World) -> None:
    credential = world.a_credential()
    bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    bill.fail(AccessDenied("No."), sub_account=THERE, day=days_before(world, 3))
    world.read_costs(credential)
    longer = CostFilter(period=lately(world, HISTORY + 5))
    troubles = {gap.sub_account_id: gap.trouble for gap in missing(world, longer)}
    assert troubles.keys() == {HERE, THERE}
    assert [each is None for each in troubles.values()] == [True, False]


def test_a_key_that_is_not_accepted_is_the_reason_for_every_sub_account(
    world: World, chosen: CostFilter
) -> None:
    credential = world.a_credential()
    bill = world.clouds.bill(credential.id, FakeCosts(HERE))
    world.read_costs(credential)
    bill.fail_sub_accounts(CredentialsExpired("The key is not accepted."))
    world.clock.advance(timedelta(days=2))
    with pytest.raises(CredentialsExpired):
        world.read_costs(credential)
    (gap,) = missing(world, CostFilter(period=lately(world, HISTORY)))
    assert gap.missing == (Period(days_before(world, 2), days_before(world, 1)),)
    assert gap.trouble is not None
    assert gap.trouble.cause is HealthStatus.EXPIRED


def test_days_before_the_bill_begins_are_missing_and_known_to_be_so(
    world: World, chosen: CostFilter
) -> None:
    credential = world.a_credential()
    world.clouds.bill(credential.id, FakeCosts(HERE)).begin_at(days_before(world, 4))
    world.read_costs(credential)
    (gap,) = missing(world, chosen)
    assert gap.missing == (Period(days_before(world, HISTORY), days_before(world, 5)),)
    assert gap.not_billed


def test_a_sub_account_that_is_no_longer_there_is_told_apart_from_one_that_was_not_read(
    world: World, chosen: CostFilter
) -> None:
    credential = world.a_credential()
    world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    world.read_costs(credential)
    world.clock.advance(timedelta(days=4))
    later = CostFilter(period=lately(world, HISTORY))
    assert [gap.out_of_sight for gap in missing(world, later)] == [False, False]
    world.clouds.bill(credential.id, FakeCosts(HERE))
    world.read_costs(credential)
    (gap,) = missing(world, later)
    assert (gap.sub_account_id, gap.out_of_sight, gap.not_billed) == (THERE, True, False)


def test_a_credential_without_a_bill_is_a_gap_that_says_so(
    world: World, chosen: CostFilter
) -> None:
    world.read_costs(world.a_credential())
    (gap,) = missing(world, chosen)
    assert gap.reading is not None
    assert (gap.reading.status, gap.trouble) == (CostStatus.NOT_CONFIGURED, None)


def test_only_what_was_chosen_and_is_still_in_use_is_looked_at(
    world: World, chosen: CostFilter
) -> None:
    user = world.a_user()
    ours, disabled, *_ = (world.a_credential(user) for _ in range(4))
    theirs = world.a_credential()
    with world.unit_of_work() as work:
        work.credentials.disable(disabled.id, at=world.clock.now())
        work.commit()

    def found(chosen: CostFilter) -> list[Credential]:
        return [gap.credential for gap in missing(world, chosen)]

    assert len(found(chosen)) == 4
    assert len(found(CostFilter(period=chosen.period, user_id=user.id))) == 3
    assert found(CostFilter(period=chosen.period, credential_id=theirs.id)) == [theirs]
    assert found(CostFilter(period=chosen.period, credential_id=ours.id)) == [ours]
    assert found(CostFilter(period=chosen.period, credential_id=disabled.id)) == []
    assert found(CostFilter(period=chosen.period, provider=Provider.GCP)) == []
