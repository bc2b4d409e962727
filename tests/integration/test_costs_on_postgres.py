"""Reading what is charged, and showing it, on the real database."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.fakes.costs import FakeCosts
from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.cost_ledger import CostDimension, CostFilter
from application.ports.errors import Unavailable
from application.use_cases.list_cost_gaps import ListCostGaps
from application.use_cases.show_costs import ShowCosts, ShowCostsRequest
from domain.costs import CostStatus, Period
from tests.builders import a_charge
from tests.unit.application.cost_world import HERE, THERE, days_before, lately, spent, the_reading
from tests.unit.application.world import World


@pytest.fixture
def world(migrated_database_url: str) -> Iterator[World]:
    engine = build_engine(migrated_database_url)
    yield World(open_unit_of_work=lambda: SqlUnitOfWork(engine))
    engine.dispose()


def test_cost_is_read_corrected_and_shown_and_what_is_missing_is_told(world: World) -> None:
    credential = world.a_credential()
    bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
    for day in lately(world, 10).days():
        bill.charge(HERE, day, a_charge("Compute", "0.1"), a_charge("Storage", "0.2"))
    broken = days_before(world, 3)
    bill.fail(Unavailable("The page is torn."), sub_account=THERE, day=broken)
    assert world.read_costs(credential).status is CostStatus.PARTIAL
    assert spent(world, credential) == 3
    chosen = CostFilter(period=lately(world, 10))
    (gap,) = ListCostGaps(unit_of_work=world.unit_of_work)(chosen)
    assert (gap.sub_account_id, gap.missing) == (THERE, (Period(broken, days_before(world, 1)),))
    assert gap.trouble is not None
    assert gap.trouble.detail == "The page is torn."

    bill.heal()
    bill.charge(HERE, days_before(world, 1), a_charge("Compute", "7.1"))
    bill.charge(THERE, broken, a_charge("Compute", "1"))
    world.clock.advance(timedelta(days=1))
    report = world.read_costs(credential)
    assert (report.status, report.charges_changed) == (CostStatus.COMPLETE, 3)
    assert the_reading(world, credential).troubles == ()
    request = ShowCostsRequest(chosen=chosen, by=CostDimension.SERVICE, limit=1)
    overview = ShowCosts(unit_of_work=world.unit_of_work)(request)
    assert [(each.key, str(each.billed_cost)) for each in overview.sums] == [("Compute", "9.0")]
    assert {currency: str(total) for currency, total in overview.totals.items()} == {"EUR": "10.8"}
    assert list(ListCostGaps(unit_of_work=world.unit_of_work)(chosen)) == []
