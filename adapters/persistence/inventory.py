"""The inventory in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from adapters.persistence.inventory_browsing import browse, find
from adapters.persistence.inventory_history import list_changes
from adapters.persistence.inventory_known import known_items
from adapters.persistence.inventory_writing import write
from adapters.persistence.session import Session
from application.ports.inventory import Inventory, InventoryFilter
from domain.accounts import UserId
from domain.inventory import ExternalId, InventoryChange, InventoryItem, ItemId, Scope
from domain.reconciliation import Changes, KnownItem


class SqlInventory(Inventory):
    """The tables `resource_inventory` and `inventory_changes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def known(self, scope: Scope) -> Mapping[ExternalId, KnownItem]:
        """Read what a listing of the scope is compared with."""
        return known_items(self._session, scope)

    def apply(self, scope: Scope, changes: Changes, *, user_id: UserId, at: datetime) -> None:
        """Copy what changed into the database and merge it."""
        write(self._session, scope, changes, user_id=user_id, at=at)

    def get(self, item_id: ItemId) -> InventoryItem:
        """Return the item with this id."""
        return find(self._session, item_id)

    def page(
        self, chosen: InventoryFilter, *, after: ItemId | None, limit: int
    ) -> Sequence[InventoryItem]:
        """Return the next items in the order of their ids."""
        return browse(self._session, chosen, after=after, limit=limit)

    def changes(
        self,
        *,
        user_id: UserId | None = None,
        item_id: ItemId | None = None,
        since: datetime | None = None,
        limit: int,
    ) -> Sequence[InventoryChange]:
        """Return the latest changes, each with the fields that differ."""
        return list_changes(
            self._session, user_id=user_id, item_id=item_id, since=since, limit=limit
        )
