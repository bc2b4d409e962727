"""What the clouds charge, in the columns of FOCUS 1.2, and which days are to be read again."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from functools import reduce
from hashlib import blake2b
from typing import NamedTuple, Self

from domain.accounts import CredentialId
from domain.accounts import SubAccountId as SubAccountId  # noqa: PLC0414 - looked for here
from domain.errors import InvalidValue
from domain.health import Trouble
from domain.inventory import ExternalId

SETTLING = timedelta(days=3)
"""For so long after a day every cloud may still correct it."""
CLOSING = timedelta(days=7)
"""For so long after a month its bill is still being closed, and charges for its days come in."""

_ONE_DAY = timedelta(days=1)
_LARGEST = 30
"""So many digits an amount may have before the point."""
_FINEST = 100
"""So many digits an amount may have after the point; clouds that compute in floats need them."""
_EXACT = Context(prec=2 * (_LARGEST + _FINEST), traps=[Inexact])
"""The usual arithmetic keeps 28 digits, and says nothing of those it drops."""
_CURRENCY = re.compile(r"[A-Z]{3}")
_LONGEST = {"service_name": 512, "region_id": 256, "resource_id": 1024}
"""Bytes of UTF-8; no cloud comes near, and together they must fit into an index entry."""


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


def _shortened(text: str, longest: int) -> str:
    """Return *text*, or the beginning and a digest of one that is too long: two stay two."""
    whole = text.encode(errors="surrogatepass")
    if len(whole) <= longest:
        return text
    digest = blake2b(whole, digest_size=12).hexdigest()
    beginning = whole[: longest - len(digest) - 1].decode(errors="ignore")
    return f"{beginning}~{digest}"


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
    """As the bill spells it, Azure's in small letters; None where it does not go into resources."""
    external_id: ExternalId | None = None
    """As the inventory knows the resource, so that the two can be joined."""

    def __post_init__(self) -> None:
        for name, longest in _LONGEST.items():
            text = getattr(self, name)
            if text is not None:
                object.__setattr__(self, name, _shortened(text, longest))
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
    known: bool = True
    """False: the bill does not go back to this day, which says nothing about its cost."""

    @classmethod
    def of(
        cls,
        sub_account_id: SubAccountId,
        day: date,
        charges: Iterable[Charge],
        *,
        estimated: bool = False,
        known: bool = True,
    ) -> Self:
        """Return the day with charges of one key added up, in the order of first sight."""
        summed: dict[ChargeKey, Charge] = {}
        for charge in charges:
            before = summed.get(charge.key)
            summed[charge.key] = before.plus(charge) if before else charge
        return cls(
            sub_account_id=sub_account_id,
            day=day,
            charges=tuple(summed.values()),
            estimated=estimated,
            known=known,
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
    """That one day was asked for, when, and what the answer is worth."""

    read_at: datetime
    estimated: bool = False
    """The day may still change."""
    known: bool = True
    """False: the bill does not go back to that day."""


def days_to_read(
    covered: Mapping[date, CostCoverage], *, today: date, history: timedelta
) -> Period | None:
    """Return the days from the first that needs reading to the last; None if none does.

    They lie between *history* ago and yesterday. A day needs reading when it never was read. It
    needs it once more each day as long as the cloud called it estimated, or as long as it was
    last read within three days of it or before its month was closed, a week after its end.
    """
    if history < _ONE_DAY:
        return None
    days = Period(today - history, today - _ONE_DAY).days()
    needed = [day for day in days if _needs_reading(day, covered.get(day), today)]
    return Period(needed[0], needed[-1]) if needed else None


def _needs_reading(day: date, coverage: CostCoverage | None, today: date) -> bool:
    """Tell whether the last answer about *day*, if there is one, came too early or too late ago.

    What counts is when that was, not how old the day is now: a service that was away for weeks
    must not take the half of a day that it saw last for the whole.
    """
    if coverage is None:
        return True
    read_on = coverage.read_at.date()
    if read_on <= day or read_on > today:
        return True  # the clock was wrong: nobody knows what a day costs before it is over
    if read_on == today:
        return False
    settled = max(day + SETTLING, _end_of_month(day) + CLOSING)
    return coverage.estimated or read_on <= settled


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
