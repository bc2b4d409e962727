"""The past of the inventory, kept as before-images.

Each change keeps the complete version that it ended, or nothing where there was none. The version
of an item at a moment is therefore in the first change after that moment, and where there is no
such change it is the row itself. Forgetting old changes never spoils an answer about later times.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Insert,
    Row,
    func,
    insert,
    literal,
    literal_column,
    select,
    true,
)

from adapters.persistence.inventory_rows import VERSION_COLUMNS, columns_of, version_from
from adapters.persistence.rows import scope_from
from adapters.persistence.session import Session
from adapters.persistence.tables import inventory_changes, resource_inventory
from domain.accounts import UserId
from domain.differences import differences
from domain.inventory import ChangeKind, ExternalId, FieldChange, InventoryChange, ItemId

_ITEMS = resource_inventory.c
_CHANGES = inventory_changes.c


def before_image() -> ColumnElement[Any]:
    """The version an item is in, as the document that a change keeps."""
    pairs: list[tuple[ColumnElement[Any], ColumnElement[Any]]] = [
        (literal_column(f"'{name}'"), _ITEMS[name]) for name in VERSION_COLUMNS
    ]
    return func.jsonb_build_object(*(part for pair in pairs for part in pair))


def record(change: ColumnElement[str], chosen: ColumnElement[bool], *, at: datetime) -> Insert:
    """Return the statement that notes *change* of the *chosen* items, before they are changed."""
    moment = literal(at, DateTime(timezone=True))
    versions = select(_ITEMS.id, _ITEMS.user_id, change, moment, before_image()).where(chosen)
    return insert(inventory_changes).from_select(
        ["item_id", "user_id", "change", "at", "before"], versions
    )


def version_at(at: datetime) -> FromClause:
    """Join this to an item: the change that ended the version it was in *at* that moment."""
    later = select(_CHANGES.item_id, _CHANGES.before)
    later = later.where(_CHANGES.item_id == _ITEMS.id, _CHANGES.at > at)
    return later.order_by(_CHANGES.id).limit(1).correlate(resource_inventory).lateral("ended")


def list_changes(
    session: Session,
    *,
    user_id: UserId | None,
    item_id: ItemId | None,
    since: datetime | None,
    limit: int,
) -> Sequence[InventoryChange]:
    """Return up to *limit* changes, the latest first, each compared with the version after it."""
    following = _following_change()
    chosen = (
        select(
            *(_ITEMS[name] for name in ("credential_id", "kind", "location", "external_id")),
            *(_ITEMS[name] for name in VERSION_COLUMNS),
            *(_CHANGES[name] for name in ("item_id", "change", "at", "before")),
            following.c.before.label("next_before"),
        )
        .join_from(inventory_changes, resource_inventory, _ITEMS.id == _CHANGES.item_id)
        .outerjoin(following, true())
        .where(*_conditions(user_id, item_id, since))
        .order_by(_CHANGES.at.desc(), _CHANGES.id.desc())
        .limit(limit)
    )
    return [_change_from(row) for row in session.run(chosen)]


def _following_change() -> FromClause:
    later = inventory_changes.alias("later")
    following = select(later.c.before).where(
        later.c.item_id == _CHANGES.item_id, later.c.id > _CHANGES.id
    )
    return following.order_by(later.c.id).limit(1).correlate(inventory_changes).lateral("following")


def _conditions(
    user_id: UserId | None, item_id: ItemId | None, since: datetime | None
) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if user_id is not None:
        conditions.append(_CHANGES.user_id == user_id)
    if item_id is not None:
        conditions.append(_CHANGES.item_id == item_id)
    if since is not None:
        conditions.append(_CHANGES.at >= since)
    return conditions


def _change_from(row: Row[Any]) -> InventoryChange:
    after = row.next_before if row.next_before is not None else columns_of(row)
    return InventoryChange(
        item_id=ItemId(row.item_id),
        scope=scope_from(row),
        external_id=ExternalId(row.external_id),
        name=after["name"],
        kind=ChangeKind(row.change),
        at=row.at,
        fields=_fields(row, after),
    )


def _fields(row: Row[Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    if row.before is None:
        return ()
    old, new = (version_from(row.external_id, version) for version in (row.before, after))
    return differences(old.resource, new.resource)
