"""What every bill of a cloud promises."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

import pytest

from application.ports.costs import CloudCosts
from application.ports.errors import AccessDenied, CredentialsExpired, Transient
from domain.costs import Charge, DailyCharges, Period, SubAccountId
from domain.inventory import ExternalId

Amounts = Mapping[tuple[str, str], Decimal]
"""Billed cost by service and currency."""


class Bill(Protocol):
    """The bill itself, written behind the adapter's back. Nothing is on it at first."""

    sub_account: SubAccountId
    """The one that is charged, and that the credential opens."""
    currencies: tuple[str, ...] = ("USD",)
    """Those in which this bill can be at once."""
    period: Period = Period(date(2026, 1, 29), date(2026, 2, 3))
    """At least five days that the bill reaches back to, with the end of a month in them."""
    many: int = 120
    """More services than the cloud shows on one page of an answer."""
    permission: str | None = None
    """What is lacking after `deny`; None where the cloud does not say."""
    resource: str | None = None
    """A resource as the bill spells it; None if the bill does not go into resources."""
    external_id: ExternalId | None = None
    """The same resource as the inventory knows it."""

    @abstractmethod
    def charge(
        self, day: date, service: str, amount: Decimal, currency: str, resource: str | None = None
    ) -> None:
        """Charge *amount* more for *day*; it may be negative and has up to nine decimals."""

    @abstractmethod
    def charge_neighbour(self, day: date, service: str, amount: Decimal) -> None:
        """Charge another sub account of the same organisation."""

    @abstractmethod
    def deny(self) -> None:
        """Accept the key, but let it see no cost."""

    @abstractmethod
    def refuse_key(self) -> None:
        """Accept the key no longer."""

    @abstractmethod
    def break_down_at(self, day: date) -> None:
        """Answer with errors whatever is asked about *day*; days before it may be answered."""

    @abstractmethod
    def mend(self) -> None:
        """Answer every question again."""


def read(costs: CloudCosts, bill: Bill, period: Period | None = None) -> list[DailyCharges]:
    return list(costs.read(bill.sub_account, period or bill.period))


def read_everything(costs: CloudCosts, period: Period) -> Iterator[DailyCharges]:
    for sub_account in costs.sub_accounts():
        yield from costs.read(sub_account, period)


def amounts(daily: DailyCharges) -> Amounts:
    """Return what the day cost; two charges that nothing tells apart fail."""
    keys = [charge.key for charge in daily.charges]
    assert len(set(keys)) == len(keys)
    summed: dict[tuple[str, str], Decimal] = {}
    for charge in daily.charges:
        key = (charge.service_name, charge.billing_currency)
        summed[key] = summed.get(key, Decimal(0)) + charge.billed_cost
    return summed


def until_it_breaks(days: Iterator[DailyCharges], into: list[DailyCharges]) -> None:
    """Put the days *into* the list as they come, so that those before an error are there."""
    while (daily := next(days, None)) is not None:
        into.append(daily)


class CloudCostsContract:
    @pytest.fixture
    def bill(self) -> Bill:
        raise NotImplementedError

    @pytest.fixture
    def costs(self, bill: Bill) -> CloudCosts:
        raise NotImplementedError

    @pytest.fixture
    def days(self, bill: Bill) -> list[date]:
        return list(bill.period.days())

    def test_what_is_billed_apart_is_named_once(self, bill: Bill, costs: CloudCosts) -> None:
        sub_accounts = list(costs.sub_accounts())
        assert bill.sub_account in sub_accounts
        assert len(set(sub_accounts)) == len(sub_accounts)

    def test_every_day_comes_once_and_in_order_even_if_nothing_was_charged(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        bill.charge(days[1], "Compute", Decimal("1.25"), bill.currencies[0])
        bill.charge(days[-1], "Storage", Decimal("0.5"), bill.currencies[0])
        found = read(costs, bill)
        assert [daily.day for daily in found] == days
        assert {daily.sub_account_id for daily in found} == {bill.sub_account}
        assert [sum(amounts(daily).values(), Decimal(0)) for daily in found] == [
            Decimal(0),
            Decimal("1.25"),
            *[Decimal(0)] * (len(days) - 3),
            Decimal("0.5"),
        ]

    def test_a_bill_on_which_nothing_is_has_every_day_without_cost(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        assert [(daily.day, daily.charges) for daily in read(costs, bill)] == [
            (day, ()) for day in days
        ]

    def test_only_the_days_that_were_asked_for_are_read(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        for number, day in enumerate(days):
            bill.charge(day, "Compute", Decimal(number + 1), bill.currencies[0])
        (daily,) = read(costs, bill, Period(days[2], days[2]))
        assert daily.day == days[2]
        assert amounts(daily) == {("Compute", bill.currencies[0]): Decimal(3)}

    def test_amounts_are_exact_and_credits_are_taken_off(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        currency = bill.currencies[0]
        for amount in ("0.1", "0.2", "1234.000000001"):
            bill.charge(days[0], "Compute", Decimal(amount), currency)
        bill.charge(days[0], "Storage", Decimal("-0.000000003"), currency)
        assert amounts(read(costs, bill)[0]) == {
            ("Compute", currency): Decimal("1234.300000001"),
            ("Storage", currency): Decimal("-0.000000003"),
        }

    def test_nothing_is_lost_or_doubled_where_one_page_ends_and_the_next_begins(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        expected = {
            (f"Service {number:05d}", bill.currencies[0]): Decimal("0.01") * (number + 1)
            for number in range(bill.many)
        }
        for (service, currency), amount in expected.items():
            for day in days[:2]:
                bill.charge(day, service, amount, currency)
        first, second, *others = read(costs, bill)
        assert amounts(first) == expected
        assert amounts(second) == expected
        assert not any(daily.charges for daily in others)

    def test_currencies_are_never_mixed(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        expected = {
            ("Compute", currency): Decimal(number + 1)
            for number, currency in enumerate(bill.currencies)
        }
        for (service, currency), amount in expected.items():
            bill.charge(days[0], service, amount, currency)
        assert amounts(read(costs, bill)[0]) == expected

    def test_the_cost_of_a_resource_can_be_joined_with_the_inventory(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        bill.charge(days[0], "Compute", Decimal(2), bill.currencies[0], bill.resource)
        (charge,) = read(costs, bill)[0].charges
        assert charge.external_id == bill.external_id
        assert (charge.resource_id is None) == (bill.resource is None)

    def test_what_others_are_charged_is_not_read(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        bill.charge(days[0], "Compute", Decimal(1), bill.currencies[0])
        bill.charge_neighbour(days[0], "Compute", Decimal(10))
        bill.charge_neighbour(days[1], "Storage", Decimal(10))
        charged: list[Charge] = []
        for daily in read(costs, bill):
            charged.extend(daily.charges)
        assert [charge.billed_cost for charge in charged] == [Decimal(1)]

    def test_reading_again_shows_the_same_and_what_was_charged_since(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        bill.charge(days[0], "Compute", Decimal("1.5"), bill.currencies[0])
        assert read(costs, bill) == read(costs, bill)
        bill.charge(days[0], "Compute", Decimal("0.25"), bill.currencies[0])
        assert amounts(read(costs, bill)[0]) == {("Compute", bill.currencies[0]): Decimal("1.75")}

    def test_a_bill_that_may_not_be_seen_says_so_when_the_first_day_is_wanted(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        bill.charge(days[0], "Compute", Decimal(1), bill.currencies[0])
        bill.deny()
        reading = costs.read(bill.sub_account, bill.period)
        with pytest.raises(AccessDenied) as raised:
            next(reading)
        assert raised.value.permission == bill.permission
        assert raised.value.remedy

    def test_a_key_that_is_not_accepted_opens_no_bill(self, bill: Bill, costs: CloudCosts) -> None:
        bill.refuse_key()
        with pytest.raises(CredentialsExpired):
            list(read_everything(costs, bill.period))

    def test_a_reading_that_breaks_down_leaves_whole_days_and_is_right_once_mended(
        self, bill: Bill, costs: CloudCosts, days: list[date]
    ) -> None:
        for number, day in enumerate(days):
            bill.charge(day, "Compute", Decimal(number + 1), bill.currencies[0])
        broken = bill.period.last - timedelta(days=1)
        bill.break_down_at(broken)
        before: list[DailyCharges] = []
        with pytest.raises(Transient):
            until_it_breaks(costs.read(bill.sub_account, bill.period), before)
        bill.mend()
        after = read(costs, bill)
        assert [daily.day for daily in after] == days
        assert [amounts(daily) for daily in after] == [
            {("Compute", bill.currencies[0]): Decimal(number + 1)} for number in range(len(days))
        ]
        assert before == after[: len(before)]
        assert broken not in {daily.day for daily in before}
