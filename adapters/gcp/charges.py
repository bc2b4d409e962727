"""What the rows of a billing export mean: pure, and never lenient, as money is not guessed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from domain.costs import Charge, ChargeCategory, exact_sum
from domain.errors import InvalidValue
from domain.inventory import ExternalId

COLUMNS = (
    "day",
    "billing_account",
    "service",
    "cost_type",
    "currency",
    "region",
    "resource",
    "cost",
    "credits",
    "unpriced",
    "newest",
)
"""What our query asks for, in its order."""
UNASSIGNED = "Unassigned"
"""What belongs to no service."""

_CATEGORIES: Mapping[str | None, ChargeCategory] = {
    None: ChargeCategory.USAGE,
    "regular": ChargeCategory.USAGE,
    "tax": ChargeCategory.TAX,
}
"""By Google's cost type; the others, rounding errors for one, adjust a bill."""

_IN_THE_INVENTORY = re.compile(
    r"//compute\.googleapis\.com/projects/[^/]+/zones/[^/]+/instances/([0-9]+)"
    r"|//storage\.googleapis\.com/(?:projects/[^/]+/buckets/)?([^/]+)"
)
"""What the inventory knows too; other services use the same last words for their own things."""


class Illegible(Exception):
    """A part of a bill that is not as documented; the text says in what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """One charge and its day."""

    day: date
    charge: Charge | Illegible
    """What was charged, or why that cannot be told."""
    newest: date
    """The last day for which the export has a row of anybody's."""


def read_row(row: object) -> DayPart:
    """Return what *row*, in BigQuery's own form, charges, and for which day.

    Raises:
        Illegible: it is no row, or of no day.
    """
    cells = dict(zip(COLUMNS, _cells(row), strict=True))
    day, newest = _day("day", cells["day"]), _day("newest", cells["newest"])
    try:
        return DayPart(day=day, charge=_charge(cells), newest=newest)
    except Illegible as oddity:
        return DayPart(day=day, charge=oddity, newest=newest)


def _charge(cells: Mapping[str, str | None]) -> Charge:
    """Return the charge that *cells* make; Google's cost is before credits, so these are added.

    Raises:
        Illegible: something that makes a charge is missing, or is not what it should be.
    """
    if cells["unpriced"] != "0":
        raise Illegible("cost is missing in a row")
    cost = _amount(cells, "cost")
    billed = exact_sum((cost, _amount(cells, "credits")))
    resource = cells["resource"]
    try:
        return Charge(
            billing_account_id=cells["billing_account"] or UNASSIGNED,
            service_name=cells["service"] or UNASSIGNED,
            billing_currency=cells["currency"] or "",
            billed_cost=billed,
            effective_cost=billed,
            list_cost=cost,
            contracted_cost=cost,
            charge_category=_CATEGORIES.get(cells["cost_type"], ChargeCategory.ADJUSTMENT),
            region_id=cells["region"],
            resource_id=resource,
            external_id=_external_id(resource),
        )
    except InvalidValue as error:
        raise Illegible(f"{error.field} is not what it should be") from error


def read_reach(row: object) -> tuple[date | None, date | None]:
    """Return on which day the first row arrived, and for which day the newest is.

    Both are None when the export has no row.

    Raises:
        Illegible: one is missing, or is not what it should be.
    """
    first, newest = _cells(row, ("first", "newest"))
    if first is None and newest is None:
        return None, None
    return _day("first", first), _day("newest", newest)


def _external_id(resource: str | None) -> ExternalId | None:
    known = _IN_THE_INVENTORY.fullmatch(resource or "")
    return ExternalId(known[1] or known[2]) if known else None


def _cells(row: object, columns: Sequence[str] = COLUMNS) -> Sequence[str | None]:
    fields = row.get("f") if isinstance(row, Mapping) else None
    if not isinstance(fields, list) or len(fields) != len(columns):
        raise Illegible("a row does not fit its columns")
    return [_text(name, cell) for name, cell in zip(columns, fields, strict=True)]


def _text(column: str, cell: object) -> str | None:
    value = cell.get("v") if isinstance(cell, Mapping) else cell
    if value is None or (isinstance(value, str) and cell is not value):
        return value or None
    raise Illegible(f"{column} is not text")


def _amount(cells: Mapping[str, str | None], column: str) -> Decimal:
    text = cells[column]
    if text is None:
        raise Illegible(f"{column} is missing")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Illegible(f"{column} is not a number") from None


def _day(column: str, text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Illegible(f"{column} is not a day") from None
