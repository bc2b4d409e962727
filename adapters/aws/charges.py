"""What the records of Cost Explorer mean: from a payload to charges, pure and strict.

An inventory may do without a value that cannot be read; a bill may not: whatever is odd raises.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from domain.costs import Charge, ChargeCategory
from domain.errors import InvalidValue

BILLED = "UnblendedCost"
EFFECTIVE = "AmortizedCost"

_AMOUNT = re.compile(r"[+-]?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]{1,3})?")
_KEYS = 2  # as they are grouped by: service, then type of charge
_NAMELESS = "No service"


class Illegible(Exception):
    """A record of the bill cannot be read; the text says what is wrong with which part of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """What one page says about one day; the next page may say more."""

    day: date
    charges: tuple[Charge, ...]
    estimated: bool


def read_day_part(payload: object, *, account: str) -> DayPart:
    """Return what *payload*, one of `ResultsByTime`, says.

    Raises:
        Illegible: it lacks a day, an amount or a currency, or what it says is no such thing.
    """
    record = _mapping(payload, "ResultsByTime")
    day = _day(record)
    groups = record.get("Groups")
    if not isinstance(groups, list):
        raise Illegible(f"Groups of {day} is missing")
    if not groups:
        _must_be_nothing(record.get("Total"), day)
    return DayPart(
        day=day,
        charges=tuple(_charge(group, day, account) for group in groups),
        # Where AWS does not say that a day is final, it is read again.
        estimated=record.get("Estimated") is not False,
    )


def category_of(record_type: str) -> ChargeCategory:
    """Return what a charge of this type is for; of a type nobody knows, an adjustment."""
    return _CATEGORIES.get(_squeezed(record_type), ChargeCategory.ADJUSTMENT)


def _day(record: Mapping[str, object]) -> date:
    period = _mapping(record.get("TimePeriod"), "TimePeriod")
    try:
        first, end = (date.fromisoformat(str(period.get(name))) for name in ("Start", "End"))
    except ValueError:
        raise Illegible("TimePeriod is not one of days") from None
    if end - first != timedelta(days=1):
        raise Illegible(f"TimePeriod from {first} to {end} is not one day")
    return first


def _charge(payload: object, day: date, account: str) -> Charge:
    group = _mapping(payload, f"Groups of {day}")
    service, record_type = _keys(group.get("Keys"), day)
    metrics = _mapping(group.get("Metrics"), f"Metrics of {day}")
    billed, currency = _money(metrics, BILLED, day)
    effective, same_currency = _money(metrics, EFFECTIVE, day)
    if currency != same_currency:
        raise Illegible(f"Unit of {BILLED} and that of {EFFECTIVE} differ on {day}")
    try:
        return Charge(
            billing_account_id=account,
            service_name=service or _NAMELESS,
            charge_category=category_of(record_type),
            billing_currency=currency,
            billed_cost=billed,
            effective_cost=effective,
            list_cost=billed,
            contracted_cost=billed,
        )
    except InvalidValue:
        raise Illegible(f"Unit of {BILLED} on {day} is no currency") from None


def _keys(keys: object, day: date) -> tuple[str, str]:
    if not isinstance(keys, list) or len(keys) != _KEYS:
        raise Illegible(f"Keys of {day} are not a service and a type of charge")
    service, record_type = keys
    if not isinstance(service, str) or not isinstance(record_type, str):
        raise Illegible(f"Keys of {day} are not texts")
    return service, record_type


def _money(metrics: Mapping[str, object], name: str, day: date) -> tuple[Decimal, str]:
    metric = _mapping(metrics.get(name), f"{name} of {day}")
    amount, currency = metric.get("Amount"), metric.get("Unit")
    if not isinstance(amount, str) or not _AMOUNT.fullmatch(amount):
        raise Illegible(f"Amount of {name} on {day} is not a number")
    if not isinstance(currency, str):
        raise Illegible(f"Unit of {name} on {day} is missing")
    return Decimal(amount), currency


def _must_be_nothing(total: object, day: date) -> None:
    """Refuse a day of which only the sum is told: it could not be said what it was paid for."""
    for name in _metrics_in(total):
        if _money(_mapping(total, "Total"), name, day)[0]:
            raise Illegible(f"Groups of {day} are empty and {name} is not zero")


def _metrics_in(total: object) -> Iterator[str]:
    if isinstance(total, Mapping):
        yield from (name for name in (BILLED, EFFECTIVE) if name in total)


def _mapping(value: object, name: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise Illegible(f"{name} is missing")
    return value


def _squeezed(text: str) -> str:
    """Return *text* without spaces and capitals: AWS spells its types in more than one way."""
    return "".join(text.split()).lower()


_TYPES = {
    ChargeCategory.USAGE: (
        "Usage",
        "DiscountedUsage",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
    ),
    ChargeCategory.PURCHASE: (
        "RIFee",
        "Recurring",
        "Upfront",
        "SavingsPlanRecurringFee",
        "SavingsPlanUpfrontFee",
        "Fee",
        "Support",
    ),
    ChargeCategory.CREDIT: (
        "Credit",
        "Refund",
        "Enterprise Discount Program Discount",
        "EdpDiscount",
        "BundledDiscount",
        "PrivateRateDiscount",
        "Solution Provider Program Discount",
    ),
    ChargeCategory.TAX: ("Tax",),
}
_CATEGORIES = {_squeezed(name): category for category, names in _TYPES.items() for name in names}
