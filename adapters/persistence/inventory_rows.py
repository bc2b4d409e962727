"""Inventory rows and the before-images of their past, as domain objects."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Row

from adapters.persistence.inventory_management import management_of
from adapters.persistence.rows import scope_from
from domain.accounts import UserId
from domain.inventory import (
    ExternalId,
    InventoryItem,
    ItemId,
    ItemState,
    ObservedResource,
)

VERSION_COLUMNS = (
    "state",
    "name",
    "region",
    "status",
    "uri",
    "cloud_created_at",
    "tags",
    "attributes",
    "changed_at",
    "missing_since",
    "deleted_at",
)
"""Everything about an item that may change: what a before-image holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An item as it was between two of its changes."""

    state: ItemState
    resource: ObservedResource
    changed_at: datetime
    missing_since: datetime | None
    deleted_at: datetime | None


def columns_of(row: Row[Any]) -> Mapping[str, Any]:
    """Return the columns of *row* by name."""
    return cast("Mapping[str, Any]", row._mapping)  # noqa: SLF001 - public, in SQLAlchemy's words


def version_from(external_id: str, columns: Mapping[str, Any]) -> Version:
    """Return the version that *columns*, of a row or of a before-image, describe."""
    return Version(
        state=ItemState(columns["state"]),
        resource=ObservedResource(
            external_id=ExternalId(external_id),
            name=columns["name"],
            region=columns["region"],
            status=columns["status"],
            uri=columns["uri"],
            created_at=_moment(columns["cloud_created_at"]),
            tags=columns["tags"],
            attributes=columns["attributes"],
        ),
        changed_at=_known_moment(columns["changed_at"]),
        missing_since=_moment(columns["missing_since"]),
        deleted_at=_moment(columns["deleted_at"]),
    )


def item_from(row: Row[Any], version: Version, *, seen_at: datetime | None) -> InventoryItem:
    """Return the item of *row* as it was in *version*; its scope was last listed at *seen_at*."""
    management, resource_id = management_of(row)
    return InventoryItem(
        id=ItemId(row.id),
        user_id=UserId(row.user_id),
        scope=scope_from(row),
        resource=version.resource,
        state=version.state,
        first_seen_at=row.first_seen_at,
        changed_at=version.changed_at,
        missing_since=version.missing_since,
        deleted_at=version.deleted_at,
        last_seen_at=seen_at if version.state is ItemState.ACTIVE else None,
        management=management,
        resource_id=resource_id,
    )


def _moment(value: datetime | str | None) -> datetime | None:
    return None if value is None else _known_moment(value)


def _known_moment(value: datetime | str) -> datetime:
    """A row has a moment, a document its ISO 8601 text."""
    return datetime.fromisoformat(value) if isinstance(value, str) else value
