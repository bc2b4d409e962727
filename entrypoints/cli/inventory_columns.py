"""How items of the inventory and their changes are shown."""

import json
from typing import Final

from domain.inventory import FieldChange, InventoryChange, InventoryItem, Json
from entrypoints.cli.render import Column, moment


def _tags(item: InventoryItem) -> Json:
    return None if item.resource.tags is None else dict(item.resource.tags)


ITEM_COLUMNS: Final = (
    Column[InventoryItem]("id", lambda item: item.id),
    Column[InventoryItem]("kind", lambda item: item.scope.kind.value),
    Column[InventoryItem]("name", lambda item: item.resource.name),
    Column[InventoryItem]("external_id", lambda item: item.resource.external_id),
    Column[InventoryItem]("region", lambda item: item.resource.region),
    Column[InventoryItem]("status", lambda item: item.resource.status),
    Column[InventoryItem]("state", lambda item: item.state.value),
    Column[InventoryItem]("managed", lambda item: item.management.value),
    Column[InventoryItem]("resource_id", lambda item: item.resource_id),
    Column[InventoryItem]("provider", lambda item: item.scope.kind.provider.value, in_table=False),
    Column[InventoryItem]("user_id", lambda item: item.user_id, in_table=False),
    Column[InventoryItem]("credential_id", lambda item: item.scope.credential_id, in_table=False),
    Column[InventoryItem]("location", lambda item: item.scope.location, in_table=False),
    Column[InventoryItem]("uri", lambda item: item.resource.uri, in_table=False),
    Column[InventoryItem]("tags", _tags, in_table=False),
    Column[InventoryItem](
        "attributes", lambda item: dict(item.resource.attributes), in_table=False
    ),
    Column[InventoryItem](
        "created_at", lambda item: moment(item.resource.created_at), in_table=False
    ),
    Column[InventoryItem]("first_seen_at", lambda item: moment(item.first_seen_at), in_table=False),
    Column[InventoryItem]("changed_at", lambda item: moment(item.changed_at)),
    Column[InventoryItem]("last_seen_at", lambda item: moment(item.last_seen_at), in_table=False),
    Column[InventoryItem]("missing_since", lambda item: moment(item.missing_since), in_table=False),
    Column[InventoryItem]("deleted_at", lambda item: moment(item.deleted_at), in_table=False),
)

CHANGE_COLUMNS: Final = (
    Column[InventoryChange]("at", lambda change: moment(change.at)),
    Column[InventoryChange]("change", lambda change: change.kind.value),
    Column[InventoryChange]("item_id", lambda change: change.item_id),
    Column[InventoryChange]("kind", lambda change: change.scope.kind.value),
    Column[InventoryChange]("name", lambda change: change.name),
    Column[InventoryChange]("external_id", lambda change: change.external_id),
    Column[InventoryChange]("location", lambda change: change.scope.location),
    Column[InventoryChange](
        "credential_id", lambda change: change.scope.credential_id, in_table=False
    ),
    Column[InventoryChange](
        "fields", lambda change: [field_record(field) for field in change.fields], in_table=False
    ),
    Column[InventoryChange](
        "what_changed", lambda change: [field_line(field) for field in change.fields]
    ),
)


def field_record(field: FieldChange) -> dict[str, Json]:
    """Return *field* as its stable JSON object."""
    return {"field": field.field, "before": field.before, "after": field.after}


def field_line(field: FieldChange) -> str:
    """Return *field* as `status: running -> stopped`."""
    return f"{field.field}: {_brief(field.before)} -> {_brief(field.after)}"


def _brief(value: Json) -> str:
    if value is None:
        return "nothing"
    return value if isinstance(value, str) else json.dumps(value)
