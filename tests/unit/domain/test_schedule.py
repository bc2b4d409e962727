"""When it is somebody's turn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.schedule import Every

MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
PERIODS = st.timedeltas(timedelta(seconds=1), timedelta(days=2))


def test_a_daily_turn_begins_at_its_hour() -> None:
    daily = Every(period=timedelta(days=1), offset=timedelta(hours=1))
    one = datetime(2026, 5, 2, 1, tzinfo=UTC)
    assert daily.turn(one) == one
    assert daily.turn(one + timedelta(hours=23, minutes=59)) == one
    assert daily.turn(one - timedelta(seconds=1)) == one - timedelta(days=1)


@given(period=PERIODS, at=MOMENTS)
def test_at_each_moment_it_is_exactly_one_turn(period: timedelta, at: datetime) -> None:
    every = Every(period=period)
    turn = every.turn(at)
    assert turn <= at < turn + period
    assert every.turn(turn) == turn


@given(period=PERIODS, at=MOMENTS, left_out=st.integers(0, 100))
def test_turns_between_two_are_counted(period: timedelta, at: datetime, left_out: int) -> None:
    every = Every(period=period)
    last = every.turn(at)
    assert every.left_out(last, last + (left_out + 1) * period) == left_out
    assert every.left_out(last, last) == 0


def test_nothing_comes_round_more_often_than_every_second() -> None:
    with pytest.raises(InvalidValue, match="second"):
        Every(period=timedelta(milliseconds=999))
