"""What is said of a thing that is not there.

The same is said of a thing that is not for whoever asks: they must not learn that it exists.
"""

from application.ports.errors import NotFound
from domain.accounts import CredentialId
from domain.inventory import ItemId
from domain.provisioning import ResourceId


def no_credential(credential_id: CredentialId) -> NotFound:
    """Return the error to raise where there is no credential with this id."""
    return NotFound(
        f"There is no credential with the id {credential_id}.",
        remedy="List the credentials with `multicloud credentials list`.",
    )


def no_item(item_id: ItemId) -> NotFound:
    """Return the error to raise where the inventory has no item with this id."""
    return NotFound(
        f"There is no item {item_id}.", remedy="List the items with `multicloud inventory`."
    )


def no_resource(resource_id: ResourceId) -> NotFound:
    """Return the error to raise where there is no resource with this id."""
    return NotFound(
        f"There is no resource {resource_id}.",
        remedy="List the resources with `multicloud resources`.",
    )
