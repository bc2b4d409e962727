"""Drawing tables: folded to the width of a screen, or one line per row for a pipe."""

import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import Final, TypeAlias

import typer

Cell: TypeAlias = Sequence[str]
"""The lines of one cell; none for an empty one."""

_MOST_FOLDED: Final = 1_000
"""Rows; folding takes a millisecond for each, and nobody reads more on a screen."""
_WIDEST: Final = 60
"""Characters a column is padded to; one endless cell must not make every row as long."""
_GAP: Final = "  "


def write_table(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write *rows* of as many cells as *header* has; every text must be harmless already."""
    if sys.stdout.isatty() and len(rows) <= _MOST_FOLDED:
        _write_folded(header, rows)
    else:
        _write_straight(header, rows)


def _write_straight(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Write without folding or padding at the end, so that grep and cut work on lines."""
    widths = [len(title) for title in header]
    for row in rows:
        longest = [max(map(len, cell), default=0) for cell in row]
        widths = [max(pair) for pair in zip(widths, longest, strict=True)]
    widths = [min(width, _WIDEST) for width in widths]
    for lines in ([[title] for title in header], *rows):
        for parts in zip_longest(*lines, fillvalue=""):
            padded = (part.ljust(width) for part, width in zip(parts, widths, strict=True))
            typer.echo(_GAP.join(padded).rstrip())


def _write_folded(header: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    from rich.console import Console  # noqa: PLC0415 - slow, and not needed for a pipe
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415 - a Text is shown as it is, markup included

    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in header:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(Text("\n".join(cell)) for cell in row))
    Console(highlight=False).print(table)
