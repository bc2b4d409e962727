"""Drawing cost for people: a bar, an amount and a share on each line, one table a currency."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import zip_longest
from typing import Final, TypeAlias
from unicodedata import combining, east_asian_width

import typer

from entrypoints.cli.amounts import money, share
from entrypoints.cli.chart import PLAIN, Marks, bars, marks_for
from entrypoints.cli.text import visible

Row: TypeAlias = tuple[str, Decimal]
"""What it is called, and what it cost."""

_GAP: Final = "  "
_WIDEST: Final = 60
"""Cells that labels are padded to in a pipe, where none is cut."""
_NARROWEST_LABEL: Final = 16
_A_CENT: Final = Decimal("0.01")
_NARROWEST_BAR: Final = 8
"""Cells; where there is less room no bars are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What there is to draw on."""

    width: int
    cut: bool
    """Whether long labels give way to what stands beside them."""
    marks: Marks

    @classmethod
    def of_stdout(cls) -> "Paper":
        """Return standard output: a screen of some width, or a pipe."""
        return cls(
            width=shutil.get_terminal_size().columns,
            cut=sys.stdout.isatty(),
            marks=marks_for(sys.stdout.encoding),
        )


def write_currency(
    currency: str, rows: Sequence[Row], total: Decimal, *, limit: int | None, paper: Paper
) -> None:
    """Write the first *limit* of *rows*, what the others cost together, and the *total*."""
    typer.echo(f"\n{currency}")
    for line in drawn(rows, total, limit=limit, paper=paper):
        typer.echo(line)


def drawn(rows: Sequence[Row], total: Decimal, *, limit: int | None, paper: Paper) -> Iterator[str]:
    """Yield the lines of the table; nothing is wider than *paper*, unless it must not be cut."""
    shown = rows if limit is None else rows[:limit]
    table = [*shown, *_left_out(rows, len(shown), total), ("Total", total)]
    labels = [_fitting(visible(label), paper) for label, _ in table]
    widest = min(max(map(cells, labels)), _WIDEST)
    amounts = _right([money(amount) for _, amount in table])
    shares = _right([*(share(amount, total) for _, amount in table[:-1]), ""])
    room = paper.width - widest - len(amounts[0]) - len(shares[0]) - 3 * len(_GAP)
    graphs = _graphs([amount for _, amount in shown], room, paper.marks)
    for label, amount, part, bar in zip_longest(labels, amounts, shares, graphs, fillvalue=""):
        yield _GAP.join((_padded(label, widest), amount, part, bar)).rstrip()


def _left_out(rows: Sequence[Row], shown: int, total: Decimal) -> list[Row]:
    """Return what is not shown as one row, also what is in the *total* and not in *rows*."""
    rest = total - sum((amount for _, amount in rows[:shown]), Decimal())
    if len(rows) > shown:
        return [(f"{len(rows) - shown:,} more", rest)]
    return [("everything else", rest)] if abs(rest) >= _A_CENT else []


def _graphs(amounts: Sequence[Decimal], room: int, marks: Marks) -> Sequence[str]:
    return bars(amounts, width=room, marks=marks) if room >= _NARROWEST_BAR else ()


def cells(text: str) -> int:
    """Return how many cells of a screen *text* takes."""
    return sum(_cells_of(char) for char in text)


def _cells_of(char: str) -> int:
    if combining(char):
        return 0
    return 2 if east_asian_width(char) in {"W", "F"} else 1


def _fitting(text: str, paper: Paper) -> str:
    most = max(paper.width // 2, _NARROWEST_LABEL)
    if not paper.cut or cells(text) <= most:
        return text
    end = "..." if paper.marks is PLAIN else "…"
    text = text[:most]
    while cells(text) > most - len(end):
        text = text[:-1]
    return text + end


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))


def _right(texts: Sequence[str]) -> list[str]:
    widest = max(map(len, texts))
    return [text.rjust(widest) for text in texts]
