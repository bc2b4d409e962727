"""How the objects in the clouds say whose they are, and when one of ours is lost."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from domain.inventory import ObservedResource, ResourceKind
from domain.provisioning import InstallationId, Resource, ResourceId, ResourceStatus

RESOURCE_TAG: Final = "multi-cloud-resource-id"
INSTALLATION_TAG: Final = "multi-cloud-installation"
WITHOUT_TAGS: Final = frozenset({ResourceKind.GCP_NETWORK})
"""Kinds that say it in their description, because they have no tags."""
DESCRIPTION_BEGINS: Final = "managed-by=multi-cloud "
DESCRIPTION: Final = rf"{DESCRIPTION_BEGINS}{RESOURCE_TAG}=(\S+) {INSTALLATION_TAG}=(\S+)"
"""What such a description is, as a pattern: it names the resource and the installation."""
RESOURCE_ID: Final = r"[0-9]{1,18}"
"""What an id of a resource looks like, as a pattern."""
UNDER_WAY: Final = frozenset({ResourceStatus.PROVISIONING, ResourceStatus.DESTROYING})
"""While a resource is worked on, its states are not complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What an object says of whom it belongs to."""

    installation: InstallationId
    resource_id: ResourceId | None
    """None where what it says is no id."""


def claim_of(kind: ResourceKind, resource: ObservedResource) -> Claim | None:
    """Return what *resource* says; None if it says nothing, or not all of it."""
    if kind in WITHOUT_TAGS:
        found = re.fullmatch(DESCRIPTION, str(resource.attributes.get("description", "")))
        owner, whose = found.groups() if found else (None, None)
    else:
        tags = resource.tags or {}
        owner, whose = tags.get(RESOURCE_TAG), tags.get(INSTALLATION_TAG)
    if owner is None or whose is None:
        return None
    known = re.fullmatch(RESOURCE_ID, owner) is not None
    return Claim(
        installation=InstallationId(whose), resource_id=ResourceId(int(owner)) if known else None
    )


def still_accounts(owner: Resource, *, seen_at: datetime | None) -> bool:
    """Tell whether it is too early to say that *owner* has lost an object last seen at *seen_at*.

    It is while the owner is worked on, and until somebody looks after that: what was just
    destroyed is in the inventory until the next sync.
    """
    if owner.status in UNDER_WAY:
        return True
    return seen_at is not None and owner.updated_at >= seen_at
