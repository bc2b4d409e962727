"""Which days are to be read again, and what adds up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import hypothesis.strategies as st
import pytest
from hypothesis import given

from domain.costs import (
    CostCoverage,
    DailyCharges,
    Period,
    SubAccountId,
    days_to_read,
    exact_sum,
    gaps,
)
from domain.errors import InvalidValue
from tests.builders import a_charge

TODAY = date(2030, 3, 20)
YESTERDAY = TODAY - timedelta(days=1)
HISTORY = timedelta(days=60)
FIRST = TODAY - HISTORY
HERE = SubAccountId("111111111111")

some_days = st.dates(date(2029, 12, 1), date(2030, 3, 31))
amounts = st.decimals(
    min_value=Decimal("-1E29"), max_value=Decimal("1E29"), allow_nan=False, allow_infinity=False
)


def read_on(day: date, *, estimated: bool = False) -> CostCoverage:
    return CostCoverage(
        read_at=datetime(day.year, day.month, day.day, 1, tzinfo=UTC), estimated=estimated
    )


def all_read(
    day: date, *, but: Mapping[date, CostCoverage | None] | None = None
) -> dict[date, CostCoverage]:
    """Every day of the history, read on *day*, except those that are told apart."""
    covered: dict[date, CostCoverage | None] = dict.fromkeys(
        Period(FIRST, YESTERDAY).days(), read_on(day)
    )
    return {day: kept for day, kept in (covered | dict(but or {})).items() if kept}


def to_read(covered: Mapping[date, CostCoverage], today: date = TODAY) -> Period | None:
    return days_to_read(covered, today=today, history=HISTORY)


def test_at_first_the_whole_history_is_read_up_to_yesterday() -> None:
    assert to_read({}) == Period(FIRST, YESTERDAY)


def test_what_was_read_today_is_not_read_again_however_young_or_estimated() -> None:
    estimated = {day: read_on(TODAY, estimated=True) for day in Period(FIRST, YESTERDAY).days()}
    assert to_read(estimated) is None


def test_the_next_day_the_open_month_is_read_again() -> None:
    assert to_read(all_read(YESTERDAY)) == Period(date(2030, 3, 1), YESTERDAY)


@pytest.mark.parametrize(
    ("today", "first"),
    [
        (date(2030, 3, 1), date(2030, 2, 1)),
        (date(2030, 3, 7), date(2030, 2, 1)),
        (date(2030, 3, 8), date(2030, 2, 1)),
        (date(2030, 3, 9), date(2030, 3, 1)),
    ],
)
def test_a_month_is_read_again_until_a_week_after_its_end(today: date, first: date) -> None:
    last_read = today - timedelta(days=1)
    days = Period(today - HISTORY, last_read).days()
    covered = dict.fromkeys(days, read_on(last_read))
    assert to_read(covered, today) == Period(first, last_read)


def test_a_day_that_the_cloud_calls_estimated_is_read_again_however_old() -> None:
    old = TODAY - timedelta(days=40)
    covered = all_read(YESTERDAY, but={old: read_on(YESTERDAY, estimated=True)})
    assert to_read(covered) == Period(old, YESTERDAY)


def test_a_day_that_was_never_read_is_where_reading_begins() -> None:
    hole = TODAY - timedelta(days=50)
    assert to_read(all_read(YESTERDAY, but={hole: None})) == Period(hole, YESTERDAY)


def test_a_hole_is_filled_without_asking_again_for_what_was_read_today() -> None:
    hole = TODAY - timedelta(days=50)
    assert to_read(all_read(TODAY, but={hole: None})) == Period(hole, hole)


def test_a_reading_that_broke_off_is_gone_on_with() -> None:
    done = Period(FIRST, FIRST + timedelta(days=20))
    covered = dict.fromkeys(done.days(), read_on(TODAY))
    assert to_read(covered) == Period(done.end, YESTERDAY)


def test_a_day_that_was_read_too_early_is_read_again_however_long_we_were_away() -> None:
    last_seen = date(2030, 1, 28)
    covered = all_read(TODAY, but={last_seen: read_on(last_seen + timedelta(days=1))})
    assert to_read(covered) == Period(last_seen, last_seen)


@pytest.mark.parametrize("read", [date(2030, 3, 1), date(2030, 3, 2), date(2031, 1, 1)])
def test_a_day_that_was_read_before_it_was_over_or_in_the_future_is_not_known(read: date) -> None:
    day = date(2030, 3, 2)
    today = date(2030, 6, 1)
    period = Period(today - timedelta(days=91), today - timedelta(days=1))
    covered = dict.fromkeys(period.days(), read_on(today))
    covered[day] = read_on(read)
    found = days_to_read(covered, today=today, history=timedelta(days=91))
    assert found == Period(day, day)


def test_without_history_there_is_nothing_to_read() -> None:
    assert days_to_read({}, today=TODAY, history=timedelta(0)) is None


@given(read=st.dictionaries(some_days, st.builds(read_on, some_days, estimated=st.booleans())))
def test_once_everything_asked_for_was_read_nothing_is_left_to_read_that_day(
    read: dict[date, CostCoverage],
) -> None:
    period = to_read(read)
    if period is not None:
        assert FIRST <= period.first <= period.last <= YESTERDAY
        read |= dict.fromkeys(period.days(), read_on(TODAY, estimated=True))
    assert to_read(read) is None
    assert set(Period(FIRST, YESTERDAY).days()) <= read.keys()


def test_gaps_are_the_stretches_that_were_not_read() -> None:
    within = Period(date(2030, 2, 26), date(2030, 3, 4))
    covered = [date(2030, 2, 28), date(2030, 3, 1), date(2030, 3, 3), date(2031, 1, 1)]
    assert gaps(covered, within=within) == (
        Period(date(2030, 2, 26), date(2030, 2, 27)),
        Period(date(2030, 3, 2), date(2030, 3, 2)),
        Period(date(2030, 3, 4), date(2030, 3, 4)),
    )
    assert gaps(within.days(), within=within) == ()
    assert gaps([], within=within) == (within,)


@given(covered=st.sets(some_days), first=some_days, length=st.integers(0, 60))
def test_every_day_is_either_covered_or_in_exactly_one_gap(
    covered: set[date], first: date, length: int
) -> None:
    within = Period(first, first + timedelta(days=length))
    open_days = [day for gap in gaps(covered, within=within) for day in gap.days()]
    assert open_days == [day for day in within.days() if day not in covered]


def test_a_period_has_its_days_and_its_months_in_order() -> None:
    period = Period(date(2029, 12, 31), date(2030, 2, 2))
    assert list(period.months()) == [
        Period(date(2029, 12, 31), date(2029, 12, 31)),
        Period(date(2030, 1, 1), date(2030, 1, 31)),
        Period(date(2030, 2, 1), date(2030, 2, 2)),
    ]
    assert [day for month in period.months() for day in month.days()] == list(period.days())
    assert period.end == date(2030, 2, 3)


def test_a_period_does_not_end_before_it_begins() -> None:
    with pytest.raises(InvalidValue, match="must not end before 2030-03-20"):
        Period(TODAY, YESTERDAY)


def test_charges_that_nothing_tells_apart_are_one_charge() -> None:
    daily = DailyCharges.of(
        HERE,
        TODAY,
        [a_charge("Compute", "0.1"), a_charge("Storage", "5"), a_charge("Compute", "0.2")],
    )
    assert [(each.service_name, each.billed_cost) for each in daily.charges] == [
        ("Compute", Decimal("0.3")),
        ("Storage", Decimal(5)),
    ]


@given(charged=st.lists(st.tuples(st.sampled_from(["EUR", "USD"]), amounts)))
def test_whatever_is_charged_adds_up_to_the_last_digit(charged: list[tuple[str, Decimal]]) -> None:
    charges = [a_charge("Compute", amount, currency) for currency, amount in charged]
    daily = DailyCharges.of(HERE, TODAY, charges)
    for charge in daily.charges:
        ours = [amount for currency, amount in charged if currency == charge.billing_currency]
        expected = sum(map(Fraction, ours), Fraction(0))
        assert Fraction(charge.billed_cost) == Fraction(charge.effective_cost) == expected
    assert len({charge.key for charge in daily.charges}) == len(daily.charges)


def test_nothing_adds_up_to_zero() -> None:
    assert exact_sum([]) == 0


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "1E+30", "1E-101"])
def test_what_cannot_be_added_up_exactly_is_no_amount(amount: str) -> None:
    with pytest.raises(InvalidValue, match="must be an amount of money"):
        a_charge(amount=amount)


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "€"])
def test_a_currency_has_three_capital_letters(currency: str) -> None:
    with pytest.raises(InvalidValue, match="three capital letters"):
        a_charge(currency=currency)


def test_an_endless_name_is_shortened_and_two_of_them_stay_two() -> None:
    one, other = (a_charge("Größe" * 5000 + end, resource="y" * 5000 + end) for end in ("a", "b"))
    assert one.key != other.key
    assert (len(one.service_name.encode()), len(one.resource_id or "")) <= (512, 1024)
    assert a_charge("x" * 512).service_name == "x" * 512
