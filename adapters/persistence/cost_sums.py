"""Adding up cost in PostgreSQL, which never rounds a sum."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    Text,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.sql.selectable import LateralFromClause

from adapters.persistence.cost_choice import conditions
from adapters.persistence.cost_rows import day_of
from adapters.persistence.session import Session
from adapters.persistence.tables import cost_data, credentials, resource_inventory
from application.ports.cost_ledger import ChargeId, CostDimension, CostFilter, CostSum
from domain.accounts import Provider
from domain.inventory import ItemState, ResourceKind

_COST = cost_data.c
_ITEMS = resource_inventory.c
_GROUPS: Mapping[CostDimension, tuple[ColumnElement[Any], ...]] = {
    CostDimension.PROVIDER: (_COST.provider_name,),
    CostDimension.SERVICE: (_COST.provider_name, _COST.service_name),
    CostDimension.CREDENTIAL: (_COST.provider_name, _COST.credential_id),
    CostDimension.DAY: (_COST.charge_period_start,),
    CostDimension.RESOURCE: (
        _COST.provider_name,
        func.coalesce(_COST.resource_id, literal_column("''")),
    ),
}
"""By what is grouped, beside the currency; the last of them is the key."""


def sums(
    session: Session, chosen: CostFilter, by: CostDimension, *, limit: int
) -> Sequence[CostSum]:
    """Return the sums by one dimension."""
    return [_sum_from(row, by) for row in session.run(summing(chosen, by, limit=limit))]


def totals(session: Session, chosen: CostFilter) -> Mapping[str, Decimal]:
    """Return the billed cost by currency."""
    billed = func.sum(_COST.billed_cost).label("billed")
    statement = select(_COST.billing_currency, billed).where(*conditions(chosen))
    rows = session.run(statement.group_by(_COST.billing_currency))
    return {row.billing_currency: row.billed for row in rows}


def summing(chosen: CostFilter, by: CostDimension, *, limit: int) -> Select[Any]:
    """Return the statement that `sums` runs: names are looked up for those that are shown alone."""
    found = _grouped(chosen, by).limit(limit).subquery("found")
    statement = select(found)
    match by:
        case CostDimension.CREDENTIAL:
            named = credentials.c.id == found.c.key
            statement = statement.add_columns(credentials.c.name.label("item_name"))
            statement = statement.join_from(found, credentials, named)
        case CostDimension.RESOURCE:
            item = _item_of(found)
            statement = statement.add_columns(*item.c).join_from(found, item, true(), isouter=True)
        case _:
            pass
    return statement.order_by(*_order(found.c, by))


def paging(chosen: CostFilter, *, after: ChargeId | None, limit: int) -> Select[Any]:
    """Return the statement that reads one page of charges, each with its resource."""
    page = select(cost_data).where(*conditions(chosen), _COST.id > (after or 0))
    found = page.order_by(_COST.id).limit(limit).subquery("found")
    item = _item_of(found)
    statement = select(found, *item.c).join_from(found, item, true(), isouter=True)
    return statement.order_by(found.c.id)


def _grouped(chosen: CostFilter, by: CostDimension) -> Select[Any]:
    columns = _GROUPS[by]
    statement = select(
        columns[-1].label("key"),
        *(column.label("provider") for column in columns[:-1]),
        _COST.billing_currency,
        func.sum(_COST.billed_cost).label("billed_cost"),
        func.sum(_COST.effective_cost).label("effective_cost"),
    ).where(*conditions(chosen))
    if by is CostDimension.RESOURCE:
        statement = statement.add_columns(
            func.max(_COST.credential_id).label("credential_id"),
            func.max(_COST.external_id).label("external_id"),
        )
    grouped = statement.group_by(*columns, _COST.billing_currency)
    return grouped.order_by(*_order(grouped.selected_columns, by))


def _order(columns: Any, by: CostDimension) -> list[ColumnElement[Any]]:  # noqa: ANN401 - of any statement
    """Return how sums are ordered: equal ones by what they are called, letter by letter."""
    if by is CostDimension.DAY:
        return [columns.key, columns.billing_currency]
    key = cast(columns.key, Text).collate("C")
    provider = [columns.provider] if "provider" in columns else []
    return [columns.billed_cost.desc(), key, *provider, columns.billing_currency]


def _item_of(found: Subquery) -> LateralFromClause:
    """Return the one item that a bill means: never two, or its cost would count twice."""
    gone = case((_ITEMS.state == ItemState.DELETED.value, 1), else_=0)
    chosen = (
        select(
            _ITEMS.id.label("item_id"),
            _ITEMS.name.label("item_name"),
            _ITEMS.kind.label("item_kind"),
            _ITEMS.state.label("item_state"),
        )
        .where(
            _ITEMS.credential_id == found.c.credential_id,
            _ITEMS.external_id == found.c.external_id,
        )
        .order_by(gone, _ITEMS.id.desc())
        .limit(1)
    )
    return chosen.correlate(found).lateral("item")


def _sum_from(row: Row[Any], by: CostDimension) -> CostSum:
    provider = row.key if by is CostDimension.PROVIDER else getattr(row, "provider", None)
    kind, state = getattr(row, "item_kind", None), getattr(row, "item_state", None)
    return CostSum(
        key=_key_from(row.key, by),
        billing_currency=row.billing_currency,
        billed_cost=row.billed_cost,
        effective_cost=row.effective_cost,
        provider=None if provider is None else Provider(provider),
        name=getattr(row, "item_name", None),
        item_id=getattr(row, "item_id", None),
        kind=None if kind is None else ResourceKind(kind),
        state=None if state is None else ItemState(state),
    )


def _key_from(key: Any, by: CostDimension) -> str:  # noqa: ANN401 - whatever the dimension is kept as
    if by is CostDimension.DAY:
        return day_of(key).isoformat()
    return str(key)
