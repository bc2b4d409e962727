"""Making the inventory agree with one listing of one scope.

Every observation takes the same way: COPY into a table of this transaction, then one merge in
three statements (keep the past, overwrite what is there, insert what is not). What is unchanged
is never sent, so no row of it is written.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    DateTime,
    Text,
    and_,
    bindparam,
    case,
    column,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)

from adapters.persistence.inventory_history import record
from adapters.persistence.inventory_incoming import CONTENT, bring_in, clear_away, incoming
from adapters.persistence.inventory_known import within
from adapters.persistence.session import Session
from adapters.persistence.tables import inventory_changes, resource_inventory
from domain.accounts import UserId
from domain.inventory import ChangeKind, ItemId, ItemState, Scope
from domain.reconciliation import Changes

_ITEMS = resource_inventory.c
_TAGS_UNREAD = incoming.c.tags_fingerprint.is_(None)
_ANEW = (
    func.unnest(bindparam("ids", type_=ARRAY(BigInteger)), bindparam("marks", type_=ARRAY(Text)))
    .table_valued(column("id", BigInteger), column("mark", Text), name="anew")
    .render_derived()
)
_MARK_ANEW = (
    update(resource_inventory)
    .where(_ITEMS.id == _ANEW.c.id)
    .values(mark=_ANEW.c.mark, marked_at=_ITEMS.changed_at)
)


def write(
    session: Session, scope: Scope, changes: Changes, *, user_id: UserId, at: datetime
) -> None:
    """Write *changes* of *scope* and their history, stamped *at*."""
    if changes.appeared or changes.changed or changes.returned:
        bring_in(session, chain(changes.appeared, changes.changed, changes.returned))
        _overwrite(session, scope, at)
        _insert(session, scope, user_id, at)
        clear_away(session)
    _withdraw(session, scope, changes.missing, ItemState.MISSING, at)
    _withdraw(session, scope, changes.deleted, ItemState.DELETED, at)
    if changes.marked_anew:
        ids, marks = zip(*changes.marked_anew, strict=True)
        session.run(_MARK_ANEW, ids=list(ids), marks=list(marks))


def _overwrite(session: Session, scope: Scope, at: datetime) -> None:
    """Give the rows that are there their new content; one that was not active has returned."""
    same = and_(within(scope), _ITEMS.external_id == incoming.c.external_id)
    was_active = _ITEMS.state == ItemState.ACTIVE.value
    change = case((was_active, ChangeKind.CHANGED.value), else_=ChangeKind.RETURNED.value)
    session.run(record(change, same, at=at))
    content: dict[str, ColumnElement[object]] = {column.name: column for column in CONTENT}
    for kept in ("tags", "tags_fingerprint"):
        content[kept] = case((_TAGS_UNREAD, _ITEMS[kept]), else_=incoming.c[kept])
    present = {"state": ItemState.ACTIVE.value, "missing_since": None, "deleted_at": None}
    session.run(
        update(resource_inventory)
        .where(same)
        .values(**content, **present, changed_at=at, marked_at=at)
    )


def _insert(session: Session, scope: Scope, user_id: UserId, at: datetime) -> None:
    """Insert what no row stands for yet, and note in the same statement that it appeared."""
    when = literal(at, DateTime(timezone=True))
    owner = {
        "user_id": user_id,
        "credential_id": scope.credential_id,
        "provider": scope.kind.provider.value,
        "kind": scope.kind.value,
        "location": scope.location,
        "state": ItemState.ACTIVE.value,
    }
    there = exists().where(within(scope), _ITEMS.external_id == incoming.c.external_id)
    fresh = select(*map(literal, owner.values()), when, when, when, *incoming.c).where(~there)
    names = [*owner, "first_seen_at", "changed_at", "marked_at", *incoming.c.keys()]
    added = insert(resource_inventory).from_select(names, fresh.order_by(incoming.c.external_id))
    new = added.returning(_ITEMS.id, _ITEMS.user_id).cte("new")
    noted = select(new.c.id, new.c.user_id, literal(ChangeKind.APPEARED.value), when)
    session.run(
        insert(inventory_changes).from_select(["item_id", "user_id", "change", "at"], noted)
    )


def _withdraw(
    session: Session, scope: Scope, gone: Sequence[ItemId], state: ItemState, at: datetime
) -> None:
    """Move the items that are *gone* to *state*, one step further from being there."""
    if not gone:
        return
    chosen = and_(within(scope), _ITEMS.id == func.any(list(gone)))
    session.run(record(literal(ChangeKind(state.value).value), chosen, at=at))
    stamp = _ITEMS.missing_since if state is ItemState.MISSING else _ITEMS.deleted_at
    moved = update(resource_inventory).where(chosen)
    session.run(moved.values({"state": state.value, "changed_at": at, stamp.name: at}))
