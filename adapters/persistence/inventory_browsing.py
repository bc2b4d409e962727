"""Showing the inventory, as it is or as it was."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    case,
    false,
    func,
    select,
    true,
    tuple_,
)

from adapters.persistence.inventory_history import version_at
from adapters.persistence.inventory_management import LOST, MANAGED_BY, SEEN_AT, under
from adapters.persistence.inventory_rows import columns_of, item_from, version_from
from adapters.persistence.rows import scope_from
from adapters.persistence.session import Session
from adapters.persistence.tables import resource_inventory, sync_scopes
from adapters.persistence.tables.inventory import SAYS_WHOSE
from application.absence import no_item
from application.ports.inventory import InventoryFilter
from domain.inventory import InventoryItem, ItemId, ItemState, Management, Scope

_ITEMS = resource_inventory.c
# scalars, and no joins: they are looked up for what a page shows, after it was put in order
AS_IT_IS = select(resource_inventory, SEEN_AT, MANAGED_BY, LOST)
"""Items with all that `as_they_are` needs."""


def find(session: Session, item_id: ItemId) -> InventoryItem:
    """Return the item.

    Raises:
        NotFound: there is none with this id.
    """
    row = session.run(AS_IT_IS.where(_ITEMS.id == item_id)).one_or_none()
    if row is None:
        raise no_item(item_id)
    return as_they_are(session, [row])[0]


def browse(
    session: Session, chosen: InventoryFilter, *, after: ItemId | None, limit: int
) -> Sequence[InventoryItem]:
    """Return up to *limit* items that *chosen* lets through, by id above *after*."""
    rows = session.run(browsing(chosen, after=after, limit=limit)).all()
    if chosen.at is not None:
        return [_as_it_was(row) for row in rows]
    return as_they_are(session, rows)


def as_they_are(session: Session, rows: Sequence[Row[Any]]) -> list[InventoryItem]:
    """Return the items of *rows*, which `AS_IT_IS` gave."""
    held = _held(session, rows)
    return [_as_it_is(row, held) for row in rows]


def browsing(chosen: InventoryFilter, *, after: ItemId | None, limit: int) -> Select[Any]:
    """Return the statement that `browse` runs."""
    statement = _now(chosen) if chosen.at is None else _then(chosen, chosen.at)
    statement = statement.where(*_of_the_item(chosen), *_beyond(chosen, after or 0))
    if chosen.management is not None:
        statement = statement.where(under(chosen.management))
    if chosen.management is Management.ORPHANED:
        statement = statement.where(SAYS_WHOSE)  # true of all of them, and an index knows them
    order = [_ITEMS.id] if chosen.user_id is None else [_ITEMS.user_id, _ITEMS.id]
    return statement.order_by(*order).limit(limit)


def _beyond(chosen: InventoryFilter, after: int) -> list[ColumnElement[bool]]:
    """Choose a user's items above the id *after*, in words that only the best index understands.

    PostgreSQL takes the items of a user for scattered, and so would walk through everybody's by
    their primary key. The beginning of a pair it finds by the user's own index alone. What is
    managed is few, and found by what is known of it.
    """
    user = chosen.user_id
    if user is None:
        return [_ITEMS.id > after]
    match chosen.management:
        case None:
            beyond = tuple_(_ITEMS.user_id, _ITEMS.id) > tuple_(user, after)
            return [_ITEMS.user_id.between(user, user), beyond]
        case Management.MANAGED:
            return [_ITEMS.user_id == user, _ITEMS.id + 0 > after]
        case _:
            return [_ITEMS.user_id == user, _ITEMS.id > after]


def _now(chosen: InventoryFilter) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = [_ITEMS.state.in_(_values(chosen.states))]
    if chosen.region is not None:
        conditions.append(_ITEMS.region == chosen.region)
    if chosen.tags:
        conditions.append(_ITEMS.tags.contains(dict(chosen.tags)))
    return AS_IT_IS.where(*conditions)


def _then(chosen: InventoryFilter, at: datetime) -> Select[Any]:
    ended = _ended_since(at)
    others = _values(frozenset(ItemState) - chosen.states)
    # to be told which states are not wanted lets PostgreSQL guess that most items are
    conditions: list[ColumnElement[bool]] = [_then_or_now(ended, "state").not_in(others)]
    if chosen.region is not None:
        conditions.append(_likely(_then_or_now(ended, "region") == chosen.region))
    if chosen.tags:
        tags = case((ended.c.item_id.is_(None), _ITEMS.tags), else_=ended.c.before["tags"])
        conditions.append(_likely(tags.contains(dict(chosen.tags))))
    existed = case((ended.c.item_id.is_(None), true()), else_=ended.c.before.is_not(None))
    return (
        select(resource_inventory, ended.c.before, MANAGED_BY, LOST)
        .outerjoin(ended, true())
        .where(_ITEMS.first_seen_at <= at, existed, *conditions)
    )


def _likely(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Have PostgreSQL guess that every other item fits: no index knows the past, so none helps.

    Where it guesses that hardly any does, it reads and sorts all of them for a page.
    """
    return func.coalesce(condition, false())


def _ended_since(at: datetime) -> FromClause:
    """The version that ended since *at*; it is not looked for where nothing has changed."""
    ended = version_at(at)
    changed = select(ended.c.item_id, ended.c.before).where(_ITEMS.changed_at > at)
    alone = changed.limit(1)  # or PostgreSQL would look for it first, and ask afterwards
    return alone.correlate(resource_inventory).lateral("version")


def _then_or_now(ended: FromClause, name: str) -> ColumnElement[str]:
    """What a text of an item was in the version that *ended*, or is where none did."""
    return case((ended.c.item_id.is_(None), _ITEMS[name]), else_=ended.c.before[name].astext)


def _of_the_item(chosen: InventoryFilter) -> list[ColumnElement[bool]]:
    """What never changes about an item, so that an index finds it."""
    wanted = {
        "credential_id": chosen.credential_id,
        "provider": chosen.provider and chosen.provider.value,
        "kind": chosen.kind and chosen.kind.value,
    }
    return [_ITEMS[name] == value for name, value in wanted.items() if value is not None]


def _values(states: frozenset[ItemState]) -> list[str]:
    return sorted(state.value for state in states)


def _held(session: Session, rows: Sequence[Row[Any]]) -> Mapping[Scope, frozenset[str]]:
    """Return what the brake holds in the scopes of *rows*: it was not seen there lately.

    It is read once and compared here, because an array of thousands in a condition would be
    searched from its beginning for every row.
    """
    ids = list({row.credential_id for row in rows})
    columns = sync_scopes.c
    chosen = select(columns.credential_id, columns.kind, columns.location, columns.held)
    braked = func.cardinality(columns.held) > 0
    found = session.run(chosen.where(columns.credential_id == func.any(ids), braked))
    return {scope_from(row): frozenset(row.held) for row in found}


def _as_it_is(row: Row[Any], held: Mapping[Scope, frozenset[str]]) -> InventoryItem:
    version = version_from(row.external_id, columns_of(row))
    unseen = bool(held) and row.external_id in held.get(scope_from(row), ())
    return item_from(row, version, seen_at=None if unseen else row.seen_at)


def _as_it_was(row: Row[Any]) -> InventoryItem:
    columns = columns_of(row) if row.before is None else row.before
    return item_from(row, version_from(row.external_id, columns), seen_at=None)
