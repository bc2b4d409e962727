"""Writing amounts of money: to the last digit for programs, to the cent for people."""

from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

_HALF_A_CENT: Final = Decimal("0.005")


def plain(amount: Decimal) -> str:
    """Return *amount* to its last digit, without an exponent."""
    return f"{amount:f}" if amount else "0"


def money(amount: Decimal) -> str:
    """Return *amount* to the cent; something that is less than half a cent never looks like nil."""
    if amount and abs(amount) < _HALF_A_CENT:
        return "<0.01" if amount > 0 else ">-0.01"
    with localcontext() as context:
        context.rounding = ROUND_HALF_UP
        return f"{amount:z,.2f}"


def share(amount: Decimal, total: Decimal) -> str:
    """Return how much of *total* is *amount*; empty where the total is not above zero."""
    return f"{amount / total * 100:z.1f} %" if total > 0 else ""
