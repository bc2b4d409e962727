from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.cli.chart import BLOCKS, PLAIN, Marks, bars, marks_for

AMOUNTS = st.lists(
    st.decimals(min_value=-(10**12), max_value=10**12, allow_nan=False, places=9), max_size=20
)
EITHER = st.sampled_from([BLOCKS, PLAIN])


def drawn(*amounts: str, width: int, marks: Marks = BLOCKS) -> Sequence[str]:
    return bars([Decimal(amount) for amount in amounts], width=width, marks=marks)


def test_the_highest_amount_fills_the_width_and_the_others_are_to_its_scale() -> None:
    assert drawn("8", "4", "2", "0", width=8) == ("█" * 8, "█" * 4, "█" * 2, "")


def test_an_eighth_of_a_cell_is_told() -> None:
    assert drawn("16", "15", "9", "1", width=2) == ("██", "█▉", "█▏", "▏")


def test_where_blocks_cannot_be_written_bars_are_of_number_signs() -> None:
    assert drawn("4", "2", "-2", width=7, marks=PLAIN) == ("  |####", "  |##", "##|")


def test_what_is_paid_back_grows_to_the_other_side_of_zero() -> None:
    assert drawn("6", "-3", "0", width=10) == ("   │██████", "███│", "   │")


def test_half_a_cell_is_told_of_what_is_paid_back() -> None:
    assert drawn("-4", "-3", width=3) == ("██│", "▐█│")


def test_if_everything_is_paid_back_the_whole_width_is_below_zero() -> None:
    assert drawn("-2", "-1", width=5) == ("████│", "  ██│")


def test_nothing_charged_is_no_bar() -> None:
    assert drawn("0", "0.00", width=10) == ("", "")
    assert drawn(width=10) == ()


def test_an_amount_far_too_small_for_the_scale_is_still_seen() -> None:
    assert drawn("1000000", "0.01", width=10)[1] == "▏"
    assert drawn("1000000", "-0.01", width=10)[1] == "▐│"


@pytest.mark.parametrize(
    ("encoding", "marks"),
    [
        ("utf-8", BLOCKS),
        ("ascii", PLAIN),
        ("latin-1", PLAIN),
        ("cp437", PLAIN),
        ("no-such-encoding", PLAIN),
        (None, PLAIN),
    ],
)
def test_blocks_are_drawn_only_where_every_one_of_them_can_be_written(
    encoding: str | None, marks: Marks
) -> None:
    assert marks_for(encoding) is marks


@given(AMOUNTS, st.integers(min_value=3, max_value=200), EITHER)
def test_no_bar_is_wider_than_asked(amounts: list[Decimal], width: int, marks: Marks) -> None:
    assert all(len(bar) <= width for bar in bars(amounts, width=width, marks=marks))


@given(AMOUNTS, st.integers(min_value=3, max_value=200), EITHER)
def test_the_side_of_zero_never_lies(amounts: list[Decimal], width: int, marks: Marks) -> None:
    for amount, bar in zip(amounts, bars(amounts, width=width, marks=marks), strict=True):
        left, zero, right = bar.rpartition(marks.zero)
        assert bool(right.strip()) == (amount > 0)
        assert bool(left.strip()) == (amount < 0)
        assert amount >= 0 or zero


@given(AMOUNTS, st.integers(min_value=3, max_value=200), EITHER)
def test_a_higher_amount_never_has_a_shorter_bar(
    amounts: list[Decimal], width: int, marks: Marks
) -> None:
    drawn = dict(zip(amounts, bars(amounts, width=width, marks=marks), strict=True))
    above = [len(drawn[amount]) for amount in sorted(drawn) if amount > 0]
    below = [len(drawn[amount].strip()) for amount in sorted(drawn, reverse=True) if amount < 0]
    assert above == sorted(above)
    assert below == sorted(below)
