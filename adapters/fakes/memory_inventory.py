"""The inventory in memory, its past included."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain

from adapters.fakes.memory_tables import StoredChange, StoredItem, Tables, copied
from application.absence import no_item
from application.ports.errors import NotFound
from application.ports.inventory import Inventory, InventoryFilter
from domain.accounts import UserId
from domain.differences import differences
from domain.inventory import (
    ChangeKind,
    ExternalId,
    Fingerprint,
    InventoryChange,
    InventoryItem,
    ItemId,
    ItemState,
    Management,
    Scope,
)
from domain.ownership import claim_of, still_accounts
from domain.provisioning import InstallationId
from domain.reconciliation import Changes, KnownItem, Newcomer, SeenAgain


class MemoryInventory(Inventory):
    """Items and their changes, kept in the tables of one unit."""

    def __init__(
        self,
        tables: Tables,
        item_ids: Iterator[int],
        change_ids: Iterator[int],
        installation: InstallationId,
    ) -> None:
        self._tables = tables
        self._installation = installation
        self._item_ids = item_ids
        self._change_ids = change_ids

    def known(self, scope: Scope) -> Mapping[ExternalId, KnownItem]:
        """Return what a listing of the scope is compared with."""
        return {
            kept.item.resource.external_id: KnownItem(
                id=kept.item.id, fingerprint=kept.fingerprint, state=kept.item.state
            )
            for kept in self._tables.items.values()
            if kept.item.scope == scope and kept.item.state is not ItemState.DELETED
        }

    def apply(self, scope: Scope, changes: Changes, *, user_id: UserId, at: datetime) -> None:
        """Write the changes and note each of them."""
        seen: Iterable[Newcomer | SeenAgain] = chain(
            changes.appeared, changes.changed, changes.returned
        )
        for observation in sorted(seen, key=lambda seen: seen.observed.external_id):
            there = self._tables.identities.get((scope, observation.observed.external_id))
            if there is None:
                self._insert(scope, observation, user_id, at)
            else:
                self._overwrite(self._tables.items[there], observation, at)
        self._withdraw(scope, changes.missing, ItemState.MISSING, at)
        self._withdraw(scope, changes.deleted, ItemState.DELETED, at)

    def _insert(
        self, scope: Scope, new: Newcomer | SeenAgain, user_id: UserId, at: datetime
    ) -> None:
        if self._tables.credential(scope.credential_id).user_id != user_id:
            raise NotFound("There is no such credential, or it belongs to another user.")
        item = InventoryItem(
            id=ItemId(next(self._item_ids)),
            user_id=user_id,
            scope=scope,
            resource=copied(new.observed),
            state=ItemState.ACTIVE,
            first_seen_at=at,
            changed_at=at,
        )
        self._tables.identities[scope, item.resource.external_id] = item.id
        self._tables.items[item.id] = StoredItem(item=item, fingerprint=new.fingerprint)
        self._note(item.id, ChangeKind.APPEARED, at, before=None)

    def _overwrite(self, old: StoredItem, seen: Newcomer | SeenAgain, at: datetime) -> None:
        was_active = old.item.state is ItemState.ACTIVE
        kind = ChangeKind.CHANGED if was_active else ChangeKind.RETURNED
        self._note(old.item.id, kind, at, before=old.item)
        resource, fingerprint = copied(seen.observed), seen.fingerprint
        if resource.tags is None:
            resource = replace(resource, tags=old.item.resource.tags)
            fingerprint = Fingerprint(fingerprint.details, old.fingerprint.tags)
        item = replace(
            old.item,
            resource=resource,
            state=ItemState.ACTIVE,
            changed_at=at,
            missing_since=None,
            deleted_at=None,
        )
        self._tables.items[item.id] = StoredItem(item=item, fingerprint=fingerprint)

    def _withdraw(
        self, scope: Scope, gone: Collection[ItemId], state: ItemState, at: datetime
    ) -> None:
        for item_id in gone:
            old = self._tables.items[item_id]
            if old.item.scope != scope:
                continue
            self._note(item_id, ChangeKind(state.value), at, before=old.item)
            item = replace(old.item, state=state, changed_at=at)
            if state is ItemState.MISSING:
                item = replace(item, missing_since=at)
            else:
                item = replace(item, deleted_at=at)
            self._tables.items[item_id] = replace(old, item=item)

    def _note(
        self, item_id: ItemId, kind: ChangeKind, at: datetime, *, before: InventoryItem | None
    ) -> None:
        noted = StoredChange(
            id=next(self._change_ids), item_id=item_id, kind=kind, at=at, before=before
        )
        self._tables.changes[noted.id] = noted

    def get(self, item_id: ItemId) -> InventoryItem:
        """Return the item with this id."""
        if item_id not in self._tables.items:
            raise no_item(item_id)
        return self._shown(self._owned(self._tables.items[item_id].item))

    def page(
        self, chosen: InventoryFilter, *, after: ItemId | None, limit: int
    ) -> Sequence[InventoryItem]:
        """Return the next items in the order of their ids."""
        later = sorted(item_id for item_id in self._tables.items if item_id > (after or 0))
        versions = (self._version(item_id, chosen.at) for item_id in later)
        owned = (self._owned(item) for item in versions if item is not None)
        matching = [item for item in owned if _matches(item, chosen)]
        shown = copied_item if chosen.at else self._shown
        return [shown(item) for item in matching[:limit]]

    def _version(self, item_id: ItemId, at: datetime | None) -> InventoryItem | None:
        now = self._tables.items[item_id].item
        if at is None:
            return now
        if now.first_seen_at > at:
            return None
        later = (kept for kept in self._changes_of(item_id) if kept.at > at)
        ended = next(later, None)
        return now if ended is None else ended.before

    def _owned(self, version: InventoryItem) -> InventoryItem:
        """Say whose the item is now, whatever it was in *version*."""
        now = self._tables.items[version.id].item
        owner = self._tables.manager_of(now)
        if owner is not None:
            return replace(version, management=Management.MANAGED, resource_id=owner)
        management = Management.ORPHANED if self._is_lost(now) else Management.UNMANAGED
        return replace(version, management=management)

    def _is_lost(self, item: InventoryItem) -> bool:
        claim = claim_of(item.scope.kind, item.resource)
        if claim is None or item.state is not ItemState.ACTIVE:
            return False
        if claim.installation != self._installation:
            return False
        owner = claim.resource_id and self._tables.resources.get(claim.resource_id)
        if not owner:
            return True
        record = self._tables.scopes.get(item.scope)
        early = still_accounts(owner, seen_at=record.completed_at if record else None)
        return not early and not self._tables.knows(owner.id, item)

    def _shown(self, item: InventoryItem) -> InventoryItem:
        record = self._tables.scopes.get(item.scope)
        if record is None or item.state is not ItemState.ACTIVE:
            return copied_item(item)
        held = item.resource.external_id in record.held
        return replace(copied_item(item), last_seen_at=None if held else record.completed_at)

    def _changes_of(self, item_id: ItemId) -> Iterator[StoredChange]:
        return (kept for kept in self._tables.changes.values() if kept.item_id == item_id)

    def changes(
        self,
        *,
        user_id: UserId | None = None,
        item_id: ItemId | None = None,
        since: datetime | None = None,
        limit: int,
    ) -> Sequence[InventoryChange]:
        """Return the latest changes, each with the fields that differ."""
        latest_first = sorted(
            self._tables.changes.values(), key=lambda kept: (kept.at, kept.id), reverse=True
        )
        chosen = [
            kept
            for kept in latest_first
            if user_id in {None, self._tables.items[kept.item_id].item.user_id}
            and item_id in {None, kept.item_id}
            and (since is None or kept.at >= since)
        ]
        return [self._compared(kept) for kept in chosen[:limit]]

    def _compared(self, change: StoredChange) -> InventoryChange:
        following = (kept for kept in self._changes_of(change.item_id) if kept.id > change.id)
        ended = next(following, None)
        after = ended.before if ended else None
        after = after or self._tables.items[change.item_id].item
        before = change.before
        return InventoryChange(
            item_id=change.item_id,
            scope=after.scope,
            external_id=after.resource.external_id,
            name=after.resource.name,
            kind=change.kind,
            at=change.at,
            fields=differences(before.resource, after.resource) if before else (),
        )


def copied_item(item: InventoryItem) -> InventoryItem:
    """Return *item* so that changing its mappings changes nothing here."""
    return replace(item, resource=copied(item.resource))


def _matches(item: InventoryItem, chosen: InventoryFilter) -> bool:
    tags = item.resource.tags or {}
    return (
        chosen.user_id in {None, item.user_id}
        and chosen.credential_id in {None, item.scope.credential_id}
        and chosen.provider in {None, item.scope.kind.provider}
        and chosen.kind in {None, item.scope.kind}
        and chosen.region in {None, item.resource.region}
        and item.state in chosen.states
        and chosen.management in {None, item.management}
        and all(tags.get(name) == value for name, value in chosen.tags)
    )
