"""What the rows of Cost Management mean: pure, and never lenient, as money is not guessed."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from domain.costs import Charge
from domain.errors import InvalidValue
from domain.inventory import ExternalId

UNASSIGNED = "Unassigned"
"""As the portal calls what belongs to no service."""

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "UsageDate": ("usagedate",),
    "Cost": ("cost", "pretaxcost"),
    "Currency": ("currency",),
    "ServiceName": ("servicename",),
    "ResourceId": ("resourceid",),
}
"""What we need, and under which names it may come, in lower case; the order of columns varies."""


class Illegible(Exception):
    """A page of a bill that is not as documented; the text says in what."""


def read_page(page: object, *, subscription: str) -> Iterator[tuple[date, Charge]]:
    """Yield the day and the charge of each row of *page*, the `properties` of an answer.

    Azure tells no billing account here, so the subscription stands for it.

    Raises:
        Illegible: something that makes a charge is missing, or is not what it should be.
    """
    found: Mapping[Any, Any] = page if isinstance(page, Mapping) else {}
    columns, rows = found.get("columns"), found.get("rows")
    if not isinstance(columns, list):
        raise Illegible("columns is missing")
    if not isinstance(rows, list):
        raise Illegible("rows is missing")
    places = _places(columns)
    for row in rows:
        if not isinstance(row, list) or len(row) != len(columns):
            raise Illegible("a row does not fit its columns")
        yield _charge({name: row[place] for name, place in places.items()}, subscription)


def _places(columns: list[Any]) -> dict[str, int]:
    names = [_name(column) for column in columns]
    places = {}
    for wanted, spellings in _COLUMNS.items():
        found = [names.index(spelling) for spelling in spellings if spelling in names]
        if not found:
            raise Illegible(f"the column {wanted} is missing")
        places[wanted] = found[0]
    return places


def _name(column: object) -> str:
    name = column.get("name") if isinstance(column, Mapping) else None
    return name.lower() if isinstance(name, str) else ""


def _charge(row: Mapping[str, object], subscription: str) -> tuple[date, Charge]:
    amount = _amount(row["Cost"])
    # Cost Management spells one id now in these letters, now in capitals, even within a day: as
    # it stands, one resource would be two charges, and two lines between days.
    resource = (_text(row, "ResourceId") or "").lower() or None
    try:
        charge = Charge(
            billing_account_id=subscription,
            service_name=_text(row, "ServiceName") or UNASSIGNED,
            billing_currency=_text(row, "Currency") or "",
            billed_cost=amount,
            effective_cost=amount,
            list_cost=amount,
            contracted_cost=amount,
            resource_id=resource,
            external_id=ExternalId(resource) if resource else None,
        )
    except InvalidValue as error:
        raise Illegible(f"{error.field} is not what it should be") from error
    return _day(row["UsageDate"]), charge


def _amount(value: object) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    raise Illegible("Cost is not a number")


def _day(value: object) -> date:
    """Return the day that is written as the number 20261001."""
    try:
        if isinstance(value, int | str) and not isinstance(value, bool):
            return date.fromisoformat(str(value))
    except ValueError:
        pass
    raise Illegible("UsageDate is not a day")


def _text(row: Mapping[str, object], column: str) -> str | None:
    value = row[column]
    if value is None or isinstance(value, str):
        return value or None
    raise Illegible(f"{column} is not text")
