"""Whose a thing is.

Whoever asks for a thing of somebody else hears what they would hear if it did not exist, before
anything else is read. An operator, who may have everything, asks for no user: None.
"""

from application.absence import no_credential, no_item, no_resource
from application.ports.unit_of_work import UnitOfWork
from domain.accounts import Credential, CredentialId, EmailAddress, UserId
from domain.inventory import InventoryItem, ItemId
from domain.provisioning import Resource, ResourceId


def user_asking(work: UnitOfWork, user_email: str | None) -> UserId | None:
    """Return the user with that address, who asks; None if none is given: an operator asks.

    Raises:
        InvalidValue: that is no e-mail address.
        NotFound: nobody has it.
    """
    return None if user_email is None else work.users.by_email(EmailAddress(user_email)).id


def credential_for(
    work: UnitOfWork, user_id: UserId | None, credential_id: CredentialId
) -> Credential:
    """Return the credential, disabled or not.

    Raises:
        NotFound: there is none with this id, or it is not the user's.
    """
    credential = work.credentials.get(credential_id)
    if not _may_have(user_id, credential.user_id):
        raise no_credential(credential_id)
    return credential


def resource_for(
    work: UnitOfWork,
    user_id: UserId | None,
    resource_id: ResourceId,
    *,
    for_update: bool = False,
) -> Resource:
    """Return the resource; with *for_update* nobody else changes it until this unit ends.

    Raises:
        NotFound: there is none with this id, or it is not the user's.
    """
    resource = work.resources.get(resource_id)
    if not _may_have(user_id, resource.user_id):
        raise no_resource(resource_id)
    # only now: whoever had to wait for a lock on it would know that it exists
    return work.resources.get(resource_id, for_update=True) if for_update else resource


def item_for(work: UnitOfWork, user_id: UserId | None, item_id: ItemId) -> InventoryItem:
    """Return the item of the inventory, deleted or not.

    Raises:
        NotFound: there is none with this id, or it is not the user's.
    """
    item = work.inventory.get(item_id)
    if not _may_have(user_id, item.user_id):
        raise no_item(item_id)
    return item


def _may_have(user_id: UserId | None, owner: UserId) -> bool:
    return user_id in {None, owner}
