"""Short ways to look at what was charged."""

from datetime import date, timedelta
from decimal import Decimal

from application.ports.cost_ledger import CostFilter
from domain.accounts import Credential
from domain.costs import CostReading, Period
from tests.unit.application.world import World

HERE, THERE = "111111111111", "222222222222"


def days_before(world: World, days: int) -> date:
    return world.clock.now().date() - timedelta(days=days)


def lately(world: World, days: int = 30) -> Period:
    """As many days as that, up to yesterday."""
    return Period(days_before(world, days), days_before(world, 1))


def spent(world: World, credential: Credential) -> Decimal:
    """Return what is stored of it, in euros."""
    chosen = CostFilter(period=lately(world), credential_id=credential.id)
    with world.unit_of_work() as work:
        return work.costs.totals(chosen).get("EUR", Decimal(0))


def the_reading(world: World, credential: Credential) -> CostReading:
    with world.unit_of_work() as work:
        return work.costs.readings([credential.id])[credential.id]
