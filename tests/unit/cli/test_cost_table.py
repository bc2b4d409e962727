from collections.abc import Sequence
from decimal import Decimal

import pytest

from entrypoints.cli.amounts import money, share
from entrypoints.cli.chart import BLOCKS, PLAIN, Marks
from entrypoints.cli.cost_table import Paper, cells, drawn

LONG = "a service whose name does not seem to come to any end at all"


def lines(
    *rows: tuple[str, str],
    total: str = "10",
    width: int = 60,
    cut: bool = True,
    marks: Marks = BLOCKS,
) -> Sequence[str]:
    paper = Paper(width=width, cut=cut, marks=marks)
    amounts = [(label, Decimal(amount)) for label, amount in rows]
    return list(drawn(amounts, Decimal(total), limit=None, paper=paper))


def test_a_table_on_a_screen_is_never_wider_than_the_screen() -> None:
    for width in range(40, 120, 7):
        drawn = lines((LONG, "9"), ("short", "1"), width=width)
        assert max(map(cells, drawn)) <= width
        assert drawn[0].split("  ")[0].endswith("…")


def test_in_a_pipe_no_name_is_cut() -> None:
    assert lines((LONG * 3, "10"), width=80, cut=False)[0].startswith(LONG * 3)


def test_where_blocks_cannot_be_written_all_of_it_is_plain() -> None:
    assert all(line.isascii() for line in lines((LONG, "11"), ("b", "-1"), marks=PLAIN))


def test_wide_characters_take_two_cells_so_that_amounts_stand_below_each_other() -> None:
    wide, narrow, total = lines(("計算", "9"), ("abcdef", "1"))
    assert wide.index("9.00") == narrow.index("1.00") - 2
    assert cells(wide) >= cells(narrow)
    assert total == "Total   10.00"


def test_a_screen_that_is_too_narrow_for_bars_has_numbers_alone() -> None:
    assert lines(("Storage", "10"), width=24)[0] == "Storage  10.00  100.0 %"


def test_what_the_sums_leave_out_of_the_total_is_a_line_of_its_own() -> None:
    assert lines(("a", "6"))[1].split() == ["everything", "else", "4.00", "40.0", "%"]
    assert len(lines(("a", "9.999"))) == 2


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("1234567.5", "1,234,567.50"),
        ("0.005", "0.01"),
        ("0.0049", "<0.01"),
        ("-0.0049", ">-0.01"),
        ("-0.005", "-0.01"),
        ("0.125", "0.13"),
        ("0", "0.00"),
        ("-0", "0.00"),
        ("1E+3", "1,000.00"),
        ("-98765.432", "-98,765.43"),
    ],
)
def test_money_has_two_decimals_and_nothing_is_called_nil_that_is_not(
    amount: str, text: str
) -> None:
    assert money(Decimal(amount)) == text


def test_there_is_no_share_of_a_total_that_is_nil_or_below() -> None:
    assert share(Decimal(1), Decimal(4)) == "25.0 %"
    assert share(Decimal(-1), Decimal(4)) == "-25.0 %"
    assert share(Decimal(1), Decimal(0)) == share(Decimal(-1), Decimal(-4)) == ""
