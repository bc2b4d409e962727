"""Reading what a new listing is compared with."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from sqlalchemy import ColumnElement, and_, case, select

from adapters.persistence.session import Session
from adapters.persistence.tables import resource_inventory
from domain.inventory import ExternalId, Fingerprint, ItemId, ItemState, Scope
from domain.reconciliation import KnownItem, KnownItems

_Row: TypeAlias = tuple[ExternalId, int, str, str | None, bool, str | None]


def within(scope: Scope) -> ColumnElement[bool]:
    """Choose the rows of *scope*."""
    items = resource_inventory.c
    return and_(
        items.credential_id == scope.credential_id,
        items.kind == scope.kind.value,
        items.location == scope.location,
    )


class KnownRows(KnownItems):
    """The rows of a scope as they were read; an item is made of one when it is asked for."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows = {row[0]: row for row in rows}

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[ExternalId]:
        return iter(self._rows)

    def __getitem__(self, identity: ExternalId) -> KnownItem:
        _, item_id, details, tags, active, mark = self._rows[identity]
        return KnownItem(
            id=ItemId(item_id),
            fingerprint=Fingerprint(details=details, tags=tags),
            state=ItemState.ACTIVE if active else ItemState.MISSING,
            mark=mark,
        )

    def marks(self) -> Mapping[ExternalId, str]:
        """Return the marks of the active items, empty where none was kept."""
        return {
            identity: mark
            for identity, _, _, _, active, mark in self._rows.values()
            if active and mark is not None
        }


def known_items(session: Session, scope: Scope) -> KnownItems:
    """Return what is known of *scope*; made for 100,000 rows, so it builds nothing in between."""
    items = resource_inventory.c
    columns = (
        items.external_id,
        items.id,
        items.details_fingerprint,
        items.tags_fingerprint,
        items.state == ItemState.ACTIVE.value,  # not its name: that would be a text for each row
        # whoever knows no marks, as the version before, leaves one behind when it writes
        case((items.marked_at == items.changed_at, items.mark)),
    )
    chosen = select(*columns).where(within(scope), items.state != ItemState.DELETED.value)
    return KnownRows(cast("Sequence[_Row]", session.run(chosen).all()))
