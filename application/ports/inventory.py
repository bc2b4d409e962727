"""The inventory as it is remembered, with all of its past. It lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from domain.accounts import CredentialId, Provider, UserId
from domain.inventory import (
    ExternalId,
    InventoryChange,
    InventoryItem,
    ItemId,
    ItemState,
    Management,
    ResourceKind,
    Scope,
)
from domain.reconciliation import Changes, KnownItem


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryFilter:
    """Which items to show; each field narrows the choice, None does not."""

    user_id: UserId | None = None
    credential_id: CredentialId | None = None
    provider: Provider | None = None
    kind: ResourceKind | None = None
    region: str | None = None
    states: frozenset[ItemState] = frozenset({ItemState.ACTIVE, ItemState.MISSING})
    tags: tuple[tuple[str, str], ...] = ()
    """Every one of these tags, with exactly these values."""
    management: Management | None = None
    """As of now, also together with *at*."""
    at: datetime | None = None
    """None: as it is now; otherwise as it was then, as far back as retention reaches."""


class Inventory(Protocol):
    """What exists, what existed, and every change in between."""

    @abstractmethod
    def known(self, scope: Scope) -> Mapping[ExternalId, KnownItem]:
        """Return what a new listing of *scope* is compared with; deleted items are left out."""

    @abstractmethod
    def apply(self, scope: Scope, changes: Changes, *, user_id: UserId, at: datetime) -> None:
        """Write *changes* and record each of them in the history, stamped *at*.

        No row of an unchanged item is written but to keep its mark, where the store keeps marks:
        that is no change. A newcomer whose identity belonged to a deleted
        item takes that item's row again and is recorded as returned. Tags that could not be
        read (None) leave the stored ones as they are.
        """

    @abstractmethod
    def get(self, item_id: ItemId) -> InventoryItem:
        """Return the item, deleted or not.

        Raises:
            NotFound: there is none with this id.
        """

    @abstractmethod
    def page(
        self, chosen: InventoryFilter, *, after: ItemId | None, limit: int
    ) -> Sequence[InventoryItem]:
        """Return up to *limit* matching items with an id above *after*, in the order of ids."""

    @abstractmethod
    def changes(
        self,
        *,
        user_id: UserId | None = None,
        item_id: ItemId | None = None,
        since: datetime | None = None,
        limit: int,
    ) -> Sequence[InventoryChange]:
        """Return up to *limit* changes, the latest first, each with the fields that differ."""
