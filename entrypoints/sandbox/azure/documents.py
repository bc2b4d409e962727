"""What all resources have in common: an id, a place and tags."""

from collections.abc import Mapping
from typing import Any

from entrypoints.sandbox.azure.tenant import Document

LOCATION = "westeurope"


def resource_id(subscription: str, group: str, kind: str, name: str) -> str:
    """Return the id of what is in a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{kind}/{name}"


def located(
    identity: str,
    kind: str,
    location: str,
    properties: dict[str, Any],
    tags: Mapping[str, str] | None,
) -> Document:
    """Return a resource that is in one place."""
    document = {
        "id": identity,
        "name": identity.rpartition("/")[2],
        "type": kind,
        "location": location,
        "properties": properties,
    }
    return tagged(document, tags)


def tagged(document: Document, tags: Mapping[str, str] | None) -> Document:
    """Add tags; what never had any has no such field."""
    return document if tags is None else {**document, "tags": dict(tags)}
