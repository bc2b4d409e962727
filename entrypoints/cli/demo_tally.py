"""What the demo says that syncs found: counted in the inventory, not in any one sync."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeAlias

from application.ports.inventory import InventoryFilter
from application.use_cases.browse_inventory import ListInventoryChangesRequest
from domain.inventory import ChangeKind, InventoryChange, ItemId
from domain.syncs import ChangeCounts

if TYPE_CHECKING:
    from entrypoints.bootstrap.container import Container

_ALL: Final = 10_000
"""More changes than the demo makes."""
_Key: TypeAlias = tuple[ItemId, ChangeKind, datetime]


class Tally:
    """Counts what became of the inventory since it was last asked, however many syncs that took.

    On a slow machine a credential may be synced twice meanwhile, by beat or because it was asked
    for again, and the later sync alone finds nothing.
    """

    def __init__(self, service: "Container") -> None:
        self._service = service
        self._told: frozenset[_Key] = frozenset()

    def __call__(self) -> ChangeCounts:
        """Return what is new; nobody is told the same change twice."""
        every = self._service.list_inventory_changes()(ListInventoryChangesRequest(limit=_ALL))
        changes = {_key(change) for change in every}
        new = changes - self._told
        self._told |= changes
        kinds = Counter(kind for _, kind, _ in new)
        touched = {item for item, _, _ in new}
        there = self._service.browse_inventory()(InventoryFilter())
        return ChangeCounts(
            **{kind.value: kinds[kind] for kind in ChangeKind},
            unchanged=sum(item.id not in touched for item in there),
        )


def _key(change: InventoryChange) -> _Key:
    return change.item_id, change.kind, change.at
