"""Troubles as JSON documents, the form in which tables keep them."""

from collections.abc import Iterable, Mapping
from typing import Any

from domain.health import HealthStatus, Trouble
from domain.inventory import Json, Location, ResourceKind


def trouble_to(trouble: Trouble) -> dict[str, Json]:
    """Return *trouble* as a document."""
    return {
        "cause": trouble.cause.value,
        "detail": trouble.detail,
        "remedy": trouble.remedy,
        "kind": None if trouble.kind is None else trouble.kind.value,
        "location": trouble.location,
        "permission": trouble.permission,
    }


def trouble_from(document: Mapping[str, Any]) -> Trouble:
    """Return the trouble that *document* describes."""
    kind, location = document["kind"], document["location"]
    return Trouble(
        cause=HealthStatus(document["cause"]),
        detail=document["detail"],
        remedy=document["remedy"],
        kind=None if kind is None else ResourceKind(kind),
        location=None if location is None else Location(location),
        permission=document["permission"],
    )


def troubles_from(documents: Iterable[Mapping[str, Any]]) -> tuple[Trouble, ...]:
    """Return the troubles that *documents* describe, in their order."""
    return tuple(trouble_from(document) for document in documents)
