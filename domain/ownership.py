"""How the objects in the clouds say whose they are."""

import re
from typing import Final

from domain.inventory import ItemState, ObservedResource, ResourceKind
from domain.provisioning import InstallationId

RESOURCE_TAG: Final = "multi-cloud-resource-id"
INSTALLATION_TAG: Final = "multi-cloud-installation"
WITHOUT_TAGS: Final = frozenset({ResourceKind.GCP_NETWORK})
"""Kinds that say it in their description, because they have no tags."""
DESCRIBED: Final = rf"managed-by=multi-cloud {RESOURCE_TAG}=\S+ {INSTALLATION_TAG}="
"""How such a description begins, as a pattern; it ends with the id of the installation."""


def is_lost(
    kind: ResourceKind, state: ItemState, resource: ObservedResource, installation: InstallationId
) -> bool:
    """Tell whether something that no state knows is there, and was made by *installation*.

    What was not there at the last look may be on its way out, and is not called lost.
    """
    if state is not ItemState.ACTIVE:
        return False
    if kind in WITHOUT_TAGS:
        description = str(resource.attributes.get("description", ""))
        return re.fullmatch(DESCRIBED + re.escape(installation), description) is not None
    tags = resource.tags or {}
    return RESOURCE_TAG in tags and tags.get(INSTALLATION_TAG) == installation
