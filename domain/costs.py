"""What the clouds charge, in the columns of FOCUS 1.2, and which days are to be read again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from functools import reduce
from typing import NamedTuple, NewType, Self

from domain.accounts import CredentialId
from domain.errors import InvalidValue
from domain.health import Trouble
from domain.inventory import ExternalId

SubAccountId = NewType("SubAccountId", str)
"""What is billed apart: an AWS account, an Azure subscription, a Google Cloud project."""

SETTLING = timedelta(days=3)
"""For so long after a day every cloud may still correct it."""

_ONE_DAY = timedelta(days=1)
_LARGEST = 30
"""So many digits an amount may have before the point."""
_FINEST = 100
"""So many digits an amount may have after the point; clouds that compute in floats need them."""
_EXACT = Context(prec=2 * (_LARGEST + _FINEST), traps=[Inexact])
"""The usual arithmetic keeps 28 digits, and says nothing of those it drops."""
_CURRENCY = re.compile(r"[A-Z]{3}")


class ChargeCategory(StrEnum):
    """What a charge is for, as FOCUS spells it."""

    USAGE = "Usage"
    PURCHASE = "Purchase"
    TAX = "Tax"
    CREDIT = "Credit"
    ADJUSTMENT = "Adjustment"


class ChargeKey(NamedTuple):
    """What tells the charges of one sub account and one day apart."""

    service_name: str
    charge_category: ChargeCategory
    resource_id: str | None
    region_id: str | None
    billing_currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """What one service, or one resource of it, cost on one day; amounts may be negative."""

    billing_account_id: str
    service_name: str
    billing_currency: str
    """Three letters, as ISO 4217 has them."""
    billed_cost: Decimal
    """What the invoice says, net of credits."""
    effective_cost: Decimal
    """With what was paid in advance spread over its time."""
    list_cost: Decimal
    contracted_cost: Decimal
    charge_category: ChargeCategory = ChargeCategory.USAGE
    region_id: str | None = None
    resource_id: str | None = None
    """As the cloud's bill spells it; None where the bill does not go into resources."""
    external_id: ExternalId | None = None
    """As the inventory knows the resource, so that the two can be joined."""

    def __post_init__(self) -> None:
        if not _CURRENCY.fullmatch(self.billing_currency):
            raise InvalidValue(
                "billing_currency", self.billing_currency, "it must be three capital letters"
            )
        if not self.service_name:
            raise InvalidValue("service_name", self.service_name, "it must not be empty")
        for amount in (
            self.billed_cost,
            self.effective_cost,
            self.list_cost,
            self.contracted_cost,
        ):
            if not _can_be_summed(amount):
                raise InvalidValue("cost", str(amount), "it must be an amount of money")

    @property
    def key(self) -> ChargeKey:
        """What tells this charge from others of the same day."""
        return ChargeKey(
            self.service_name,
            self.charge_category,
            self.resource_id,
            self.region_id,
            self.billing_currency,
        )

    def plus(self, other: Self) -> Self:
        """Return one charge for both."""
        return replace(
            self,
            billed_cost=exact_sum((self.billed_cost, other.billed_cost)),
            effective_cost=exact_sum((self.effective_cost, other.effective_cost)),
            list_cost=exact_sum((self.list_cost, other.list_cost)),
            contracted_cost=exact_sum((self.contracted_cost, other.contracted_cost)),
        )


def exact_sum(amounts: Iterable[Decimal]) -> Decimal:
    """Return the sum of *amounts* to the last digit; zero if there are none."""
    return reduce(_EXACT.add, amounts, Decimal(0))


def _can_be_summed(amount: Decimal) -> bool:
    exponent = amount.as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -_FINEST and amount.adjusted() < _LARGEST


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCharges:
    """Everything one sub account was charged for one day (UTC); no charges means no cost."""

    sub_account_id: SubAccountId
    day: date
    charges: tuple[Charge, ...]
    """Each with a key of its own."""
    estimated: bool = False
    """Whether the cloud says that it may still change."""

    @classmethod
    def of(
        cls,
        sub_account_id: SubAccountId,
        day: date,
        charges: Iterable[Charge],
        *,
        estimated: bool = False,
    ) -> Self:
        """Return the day with charges of one key added up, in the order of first sight."""
        summed: dict[ChargeKey, Charge] = {}
        for charge in charges:
            known = summed.get(charge.key)
            summed[charge.key] = known.plus(charge) if known else charge
        return cls(
            sub_account_id=sub_account_id,
            day=day,
            charges=tuple(summed.values()),
            estimated=estimated,
        )


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days in a row, the first and the last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise InvalidValue("period", str(self.last), f"it must not end before {self.first}")

    @property
    def end(self) -> date:
        """The day after the last, for those who count up to and without it."""
        return self.last + _ONE_DAY

    def days(self) -> Iterator[date]:
        """Yield every day in order."""
        day = self.first
        while day <= self.last:
            yield day
            day += _ONE_DAY

    def months(self) -> Iterator["Period"]:
        """Yield the parts of the period that lie in one calendar month each, in order."""
        first = self.first
        while first <= self.last:
            last = min(_end_of_month(first), self.last)
            yield Period(first, last)
            first = last + _ONE_DAY


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class CostCoverage:
    """That one day was read, when, and whether it may still change."""

    read_at: datetime
    estimated: bool = False


def days_to_read(
    covered: Mapping[date, CostCoverage], *, today: date, history: timedelta
) -> Period | None:
    """Return the days from the first that needs reading to the last; None if none does.

    They lie between *history* ago and yesterday. A day needs reading when it never was read. It
    needs it once more each day while the cloud calls it estimated, while it is one of the last
    three, and while its month is open.
    """
    if history < _ONE_DAY:
        return None
    days = Period(today - history, today - _ONE_DAY).days()
    needed = [day for day in days if _needs_reading(day, covered.get(day), today)]
    return Period(needed[0], needed[-1]) if needed else None


def _needs_reading(day: date, coverage: CostCoverage | None, today: date) -> bool:
    if coverage is None:
        return True
    if coverage.read_at.date() >= today:
        return False
    open_month = (day.year, day.month) == (today.year, today.month)
    return coverage.estimated or open_month or day >= today - SETTLING


def gaps(covered: Iterable[date], *, within: Period) -> tuple[Period, ...]:
    """Return the stretches of *within* that are not *covered*, in order; empty if none is open."""
    known = set(covered)
    found: list[Period] = []
    for day in within.days():
        if day in known:
            continue
        if found and found[-1].end == day:
            found[-1] = Period(found[-1].first, day)
        else:
            found.append(Period(day, day))
    return tuple(found)


class CostStatus(StrEnum):
    """How the last reading of a credential's cost ended. The value is public and stored."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """Some sub accounts could not be read."""
    FAILED = "failed"
    NOT_CONFIGURED = "not_configured"
    """The credential does not say where its cost can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReading:
    """How the last reading of one credential's cost ended."""

    credential_id: CredentialId
    status: CostStatus
    attempted_at: datetime
    completed_at: datetime | None = None
    """When a reading was last complete; None if none ever was."""
    troubles: tuple[Trouble, ...] = ()
    """What could not be read; the location is the sub account, None for all of them."""
