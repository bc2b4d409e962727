"""Charges in the columns of FOCUS 1.2, so that other tools can load them as they are.

Values are exact. Unlike our own listings no apostrophe stands before a text that a spreadsheet
might run as a formula: a loader would take it for a part of the name, and an id of the file would
no longer be the id on the bill. Control characters are spelt out all the same, because no cloud
has them in a name and a terminal would obey them.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final, Protocol, TypeAlias

from application.ports.cost_ledger import StoredCharge
from domain.accounts import Provider
from entrypoints.cli.amounts import plain
from entrypoints.cli.focus_services import category_of_service
from entrypoints.cli.text import visible

Value: TypeAlias = str | Decimal | datetime | date | None
"""What a column may hold; None is the specification's null, and empty in the file."""


class Writable(Protocol):
    """Takes text, as standard output does."""

    def write(self, text: str, /) -> object:
        """Take *text*."""


class Level(StrEnum):
    """How much FOCUS insists on a column."""

    MANDATORY = "mandatory"
    CONDITIONAL = "conditional"
    OWN = "own"
    """Ours: FOCUS lets anybody add columns whose names begin with `x_`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusColumn:
    """One column: its name in the specification, and what a charge has for it."""

    name: str
    value: Callable[[StoredCharge], Value]
    level: Level = Level.MANDATORY


_SELLERS: Final[Mapping[Provider, str]] = {
    Provider.AWS: "AWS",
    Provider.AZURE: "Microsoft",
    Provider.GCP: "Google Cloud",
}
_SUB_ACCOUNTS: Final[Mapping[Provider, str]] = {
    Provider.AWS: "Account",
    Provider.AZURE: "Subscription",
    Provider.GCP: "Project",
}


def _nothing(_stored: StoredCharge) -> None:
    """Return null: what the clouds are asked for does not tell this."""


def _mandatory(name: str, value: Callable[[StoredCharge], Value]) -> FocusColumn:
    return FocusColumn(name=name, value=value)


def _conditional(name: str, value: Callable[[StoredCharge], Value]) -> FocusColumn:
    return FocusColumn(name=name, value=value, level=Level.CONDITIONAL)


def _own(name: str, value: Callable[[StoredCharge], Value]) -> FocusColumn:
    return FocusColumn(name=name, value=value, level=Level.OWN)


def _seller(stored: StoredCharge) -> str:
    return _SELLERS[stored.provider]


def _month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return _month(_month(day) + timedelta(days=31))


COLUMNS: Final = (
    _mandatory("BilledCost", lambda stored: stored.charge.billed_cost),
    _mandatory("BillingAccountId", lambda stored: stored.charge.billing_account_id),
    _mandatory("BillingAccountName", _nothing),
    _mandatory("BillingCurrency", lambda stored: stored.charge.billing_currency),
    _mandatory("BillingPeriodEnd", lambda stored: _next_month(stored.day)),
    _mandatory("BillingPeriodStart", lambda stored: _month(stored.day)),
    _mandatory("ChargeCategory", lambda stored: stored.charge.charge_category.value),
    _mandatory("ChargeClass", _nothing),
    _mandatory("ChargeDescription", _nothing),
    _mandatory("ChargePeriodEnd", lambda stored: stored.day + timedelta(days=1)),
    _mandatory("ChargePeriodStart", lambda stored: stored.day),
    _mandatory("ContractedCost", lambda stored: stored.charge.contracted_cost),
    _mandatory("EffectiveCost", lambda stored: stored.charge.effective_cost),
    _mandatory("InvoiceIssuerName", _seller),
    _mandatory("ListCost", lambda stored: stored.charge.list_cost),
    _mandatory("PricingQuantity", _nothing),
    _mandatory("PricingUnit", _nothing),
    _mandatory("ProviderName", _seller),
    _mandatory("PublisherName", _seller),
    _conditional("RegionId", lambda stored: stored.charge.region_id),
    _conditional("ResourceId", lambda stored: stored.charge.resource_id),
    _conditional("ResourceName", lambda stored: stored.resource_name),
    _conditional(
        "ResourceType", lambda stored: stored.resource_kind.value if stored.resource_kind else None
    ),
    _mandatory("ServiceCategory", lambda stored: category_of_service(stored.charge.service_name)),
    _mandatory("ServiceName", lambda stored: stored.charge.service_name),
    _conditional("SubAccountId", lambda stored: stored.sub_account_id),
    _conditional("SubAccountType", lambda stored: _SUB_ACCOUNTS[stored.provider]),
    _own("x_CredentialId", lambda stored: str(stored.credential_id)),
    _own("x_ExternalId", lambda stored: stored.charge.external_id),
    _own("x_ReadAt", lambda stored: stored.read_at),
)


def write_focus(charges: Iterable[StoredCharge], to: Writable) -> None:
    """Write a header and one line for each of *charges*, as they come: memory stays flat."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS])
    for stored in charges:
        writer.writerow([_cell(column.value(stored)) for column in COLUMNS])


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case Decimal():
            return plain(value)
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case date():
            return f"{value.isoformat()}T00:00:00Z"
        case _:
            return visible(value)
