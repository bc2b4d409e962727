"""Reading what a new listing is compared with."""

from collections.abc import Iterable, Mapping
from typing import cast

from sqlalchemy import ColumnElement, and_, select

from adapters.persistence.session import Session
from adapters.persistence.tables import resource_inventory
from domain.inventory import ExternalId, Fingerprint, ItemId, ItemState, Scope
from domain.reconciliation import KnownItem

_STATES: Mapping[str, ItemState] = {state.value: state for state in ItemState}


def within(scope: Scope) -> ColumnElement[bool]:
    """Choose the rows of *scope*."""
    items = resource_inventory.c
    return and_(
        items.credential_id == scope.credential_id,
        items.kind == scope.kind.value,
        items.location == scope.location,
    )


def known_items(session: Session, scope: Scope) -> Mapping[ExternalId, KnownItem]:
    """Return what is known of *scope*; made for 100,000 rows, so it builds nothing in between."""
    items = resource_inventory.c
    columns = (
        items.external_id,
        items.id,
        items.details_fingerprint,
        items.tags_fingerprint,
        items.state,
    )
    chosen = select(*columns).where(within(scope), items.state != ItemState.DELETED.value)
    rows = cast("Iterable[tuple[str, int, str, str | None, str]]", session.run(chosen).all())
    return {
        ExternalId(external_id): KnownItem(
            id=ItemId(item_id), fingerprint=Fingerprint(details, tags), state=_STATES[state]
        )
        for external_id, item_id, details, tags, state in rows
    }
