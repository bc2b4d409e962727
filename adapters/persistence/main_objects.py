"""What the inventory knows of the objects that our resources have in the cloud."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, and_, func

from adapters.persistence.inventory_browsing import AS_IT_IS, as_they_are
from adapters.persistence.session import Session
from adapters.persistence.tables import managed_objects, resource_inventory
from domain.inventory import InventoryItem
from domain.provisioning import ResourceId

_ITEMS = resource_inventory.c
_OBJECTS = managed_objects.c
_SAME = and_(
    _OBJECTS.user_id == _ITEMS.user_id,
    _OBJECTS.kind == _ITEMS.kind,
    _OBJECTS.external_id == _ITEMS.external_id,
)


def main_objects(
    session: Session, resource_ids: Collection[ResourceId]
) -> Mapping[ResourceId, Sequence[InventoryItem]]:
    """Return the items, in any state, of each of the resources that has some."""
    rows = session.run(seen_objects(resource_ids)).all()
    found: dict[ResourceId, list[InventoryItem]] = {}
    for row, item in zip(rows, as_they_are(session, rows), strict=True):
        found.setdefault(ResourceId(row.owner), []).append(item)
    return found


def seen_objects(resource_ids: Collection[ResourceId]) -> Select[Any]:
    """Return the statement that `main_objects` runs."""
    wanted = _OBJECTS.resource_id == func.any(list(resource_ids))
    owned = AS_IT_IS.add_columns(_OBJECTS.resource_id.label("owner"))
    return owned.join(managed_objects, _SAME).where(wanted).order_by(_ITEMS.id)
