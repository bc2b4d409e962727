"""A bill whose amounts are exactly what a test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal

from adapters.azure.costs import AzureCosts
from adapters.azure.retrying import Patience
from domain.costs import DailyCharges, Period, SubAccountId
from domain.inventory import Location
from entrypoints.sandbox.azure.costs import Charge
from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.rest.wire import Request
from tests.integration.azure.rig import HASTE, HERE, Rig

QUESTION = "Microsoft.CostManagement/query"
COSTS = "Microsoft.CostManagement/query"
NOW = datetime(2026, 2, 20, 12, tzinfo=UTC)
ACCOUNT = SubAccountId(HERE)
JANUARY = Period(date(2026, 1, 1), date(2026, 1, 31))


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactCharge(Charge):
    """Costs what it says, on the days it says."""

    amounts: Mapping[date, Decimal] = field(default_factory=dict)

    def on(self, day: date) -> float | None:
        amount = self.amounts.get(day)
        return None if amount is None else float(amount)  # JSON has nothing else; it reads back


@dataclass(slots=True, kw_only=True)
class DayFault(Fault):
    """Goes wrong where a day is asked about."""

    day: date

    def strikes(self, request: Request) -> bool:
        if QUESTION not in request.line:
            return False
        period = request.document["timePeriod"]
        return bool(period["from"][:10] <= self.day.isoformat() <= period["to"][:10])


def charge(
    rig: Rig,
    day: date,
    amount: Decimal | str,
    *,
    service: str = "Virtual Machines",
    currency: str = "EUR",
    resource: str | None = None,
    subscription: Location = HERE,
) -> None:
    """Charge so much more for one day."""
    rig.tenant.charge(
        ExactCharge(
            scope=f"/subscriptions/{subscription}",
            service=service,
            daily=0,
            currency=currency,
            resource=resource or "",
            amounts={day: Decimal(amount)},
        )
    )


def costs_of(rig: Rig, *, patience: Patience = HASTE, **fields: object) -> AzureCosts:
    return AzureCosts(session=rig.session(patience=patience, **fields))


def read(rig: Rig, period: Period = JANUARY) -> list[DailyCharges]:
    """Read what the first subscription was charged."""
    return list(costs_of(rig).read(ACCOUNT, period))


def total(days: list[DailyCharges]) -> Decimal:
    """Add up everything in *days*."""
    return sum((each.billed_cost for day in days for each in day.charges), Decimal(0))
