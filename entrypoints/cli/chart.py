"""Drawing amounts as bars of text: amounts and a width in, lines out, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_NARROWEST: Final = 3
"""Cells: one for each side of zero, and the line between."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """The characters that bars are made of."""

    full: str
    rising: str = ""
    """Parts of a cell filled from its left, the smallest first, each a step more."""
    falling: str = ""
    """Parts of a cell filled from its right, likewise."""
    zero: str
    """Where amounts below nothing are parted from those above."""

    def right_of_zero(self, length: Decimal) -> str:
        """Return a bar of *length* cells that grows to the right; never none at all."""
        cells, part = _in_steps(length, len(self.rising) + 1)
        return self.full * cells + (self.rising[part - 1] if part else "")

    def left_of_zero(self, length: Decimal) -> str:
        """Return a bar of *length* cells that grows to the left; never none at all."""
        cells, part = _in_steps(length, len(self.falling) + 1)
        return (self.falling[part - 1] if part else "") + self.full * cells


BLOCKS: Final = Marks(full="█", rising="▏▎▍▌▋▊▉", falling="▐", zero="│")
PLAIN: Final = Marks(full="#", zero="|")


def marks_for(encoding: str | None) -> Marks:
    """Return the finest marks that text in *encoding* can hold."""
    every = f"{BLOCKS.full}{BLOCKS.rising}{BLOCKS.falling}{BLOCKS.zero}"
    try:
        every.encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return PLAIN
    return BLOCKS


def bars(amounts: Sequence[Decimal], *, width: int, marks: Marks = BLOCKS) -> tuple[str, ...]:
    """Return one bar for each amount, all to one scale, none wider than *width* cells.

    Zero is no bar; anything else is at least the smallest mark. Where an amount is below zero
    there is a line for zero, and its bar grows to the left of it.
    """
    lowest, highest = min((Decimal(), *amounts)), max((Decimal(), *amounts))
    if lowest == highest:
        return ("",) * len(amounts)
    if not lowest:
        return tuple(_rising(amount / highest, max(width, 1), marks) for amount in amounts)
    width = max(width, _NARROWEST)
    left = _cells_below_zero(lowest, highest, width - len(marks.zero))
    # the scale of the side that has the least room for its longest bar is the scale of both
    right = width - len(marks.zero) - left
    scale = min(left / -lowest, right / highest) if highest else left / -lowest
    return tuple(_around_zero(amount * scale, left, marks) for amount in amounts)


def _rising(share: Decimal, width: int, marks: Marks) -> str:
    return marks.right_of_zero(share * width) if share else ""


def _cells_below_zero(lowest: Decimal, highest: Decimal, width: int) -> int:
    if not highest:
        return width
    share = -lowest / (highest - lowest)
    return min(max(round(share * width), 1), width - 1)


def _around_zero(length: Decimal, left: int, marks: Marks) -> str:
    if length < 0:
        return marks.left_of_zero(-length).rjust(left) + marks.zero
    return " " * left + marks.zero + (marks.right_of_zero(length) if length else "")


def _in_steps(length: Decimal, steps: int) -> tuple[int, int]:
    """Return *length* in whole cells and in steps of the next one, at least one step."""
    whole = int((length * steps).to_integral_value(ROUND_HALF_UP))
    return divmod(max(whole, 1), steps)
