"""Show what was charged."""

from datetime import timedelta
from decimal import Decimal

import pytest

from adapters.fakes.costs import FakeCosts
from application.ports.cost_ledger import CostDimension, CostFilter
from application.use_cases.clean_up_old_logs import CleanUpOldLogs
from application.use_cases.show_costs import ListCharges, ShowCosts, ShowCostsRequest
from domain.accounts import Credential
from domain.retention import Ledger, RetentionPolicy
from tests.builders import a_charge
from tests.unit.application.cost_world import HERE, days_before, lately
from tests.unit.application.world import World


@pytest.fixture
def credential(world: World) -> Credential:
    """Two services and two currencies over two days."""
    credential = world.a_credential()
    bill = world.clouds.bill(credential.id, FakeCosts(HERE))
    bill.charge(HERE, days_before(world, 1), a_charge("Compute", "1"), a_charge("Storage", "2"))
    bill.charge(HERE, days_before(world, 5), a_charge("Compute", "4"), a_charge("X", "8", "USD"))
    world.read_costs(credential)
    return credential


def test_the_totals_are_over_everything_though_only_some_sums_are_shown(
    world: World, credential: Credential
) -> None:
    request = ShowCostsRequest(
        chosen=CostFilter(period=lately(world), user_id=credential.user_id),
        by=CostDimension.SERVICE,
        limit=2,
    )
    overview = ShowCosts(unit_of_work=world.unit_of_work)(request)
    assert [each.key for each in overview.sums] == ["X", "Compute"]
    assert overview.totals == {"EUR": 7, "USD": 8}


def test_a_user_is_shown_nothing_of_another_users_cost(
    world: World, credential: Credential
) -> None:
    other = world.a_user()
    assert other.id != credential.user_id
    chosen = CostFilter(period=lately(world), user_id=other.id)
    show = ShowCosts(unit_of_work=world.unit_of_work)
    overview = show(ShowCostsRequest(chosen=chosen, by=CostDimension.DAY, limit=10))
    assert (list(overview.sums), overview.totals) == ([], {})
    assert list(ListCharges(unit_of_work=world.unit_of_work)(chosen)) == []


@pytest.mark.parametrize("page_size", [1, 2, 4, 5])
def test_every_charge_is_listed_once_however_long_a_page_is(
    world: World, credential: Credential, page_size: int
) -> None:
    charges = ListCharges(unit_of_work=world.unit_of_work, page_size=page_size)
    chosen = CostFilter(period=lately(world), credential_id=credential.id)
    listed = [kept.charge.billed_cost for kept in charges(chosen)]
    assert sorted(listed) == [Decimal(amount) for amount in (1, 2, 4, 8)]


@pytest.mark.usefixtures("credential")
def test_cost_is_forgotten_when_its_day_is_older_than_it_is_kept(world: World) -> None:
    clean_up = CleanUpOldLogs(
        unit_of_work=world.unit_of_work,
        policy=RetentionPolicy(costs=timedelta(days=5)),
        batch_size=2,
    )
    assert clean_up().forgotten[Ledger.COSTS] == 0
    world.clock.advance(timedelta(days=1))
    assert clean_up().forgotten[Ledger.COSTS] == 2
    world.clock.advance(timedelta(days=4))
    assert clean_up().forgotten[Ledger.COSTS] == 2
