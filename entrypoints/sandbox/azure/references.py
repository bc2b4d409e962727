"""Who needs whom: a machine its network interface, and that its subnet and its public address."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from entrypoints.sandbox.azure.errors import ArmError
from entrypoints.sandbox.azure.ids import (
    ANYTHING,
    MACHINE,
    NETWORK,
    NIC,
    PUBLIC_IP,
    STORAGE,
    SUBNET,
)
from entrypoints.sandbox.azure.tenant import AzureTenant, Document

_NAMED_EVERYWHERE: Final = "/subscriptions"


def check_references(tenant: AzureTenant, wished: Document) -> None:
    """Do nothing if all that *wished* needs is there, near it, and nobody else's.

    Raises:
        ArmError: it is not; or the name, which no two may have in the world, is taken.
    """
    if wished["type"].lower() == STORAGE.lower():
        _check_account_name(tenant, wished)
    for user, needed in _needs(wished):
        found = tenant.find(needed)
        if found is None or _place(tenant, found) != wished.get("location"):
            raise _no_reference(wished, needed)
        if found["type"].lower() != SUBNET.lower():
            for other in users(tenant, found):
                if not f"{other}/".lower().startswith(f"{wished['id']}/".lower()):
                    raise _taken(user, found, other)


def check_unused(tenant: AzureTenant, document: Document) -> None:
    """Do nothing if *document* may go.

    Raises:
        ArmError: something needs it, or what is below it.
    """
    below = tenant.listed(document["id"], SUBNET) if _is(document, NETWORK) else []
    for each in (document, *below):
        for user in users(tenant, each):
            raise _in_use(each, user)


def users(tenant: AzureTenant, document: Document) -> Iterator[str]:
    """Yield the ids of what needs *document*; of a network interface each configuration."""
    key = document["id"].lower()
    everything = tenant.listed(f"/subscriptions/{key.split('/')[2]}", ANYTHING)
    for each in everything:
        for user, needed in _needs(each):
            if needed.lower() == key:
                yield user


def linked(tenant: AzureTenant, before: Document | None, after: Document | None) -> list[Document]:
    """Return what tells who uses it, once *after* has taken the place of *before*."""
    was = {needed.lower() for _, needed in _needs(before)} if before else set()
    uses = {needed.lower(): user for user, needed in _needs(after)} if after else {}
    changed = []
    for needed in sorted(was | uses.keys()):
        found = tenant.find(needed)
        field = _TOLD.get(found["type"].lower()) if found else None
        if found and field:
            rest = {name: value for name, value in found["properties"].items() if name != field}
            link = {field: {"id": uses[needed]}} if needed in uses else {}
            changed.append({**found, "properties": rest | link})
    return changed


def _needs(document: Document) -> Iterator[tuple[str, str]]:
    """Yield the ids that *document* names, each after the id of the part that names it."""
    properties: dict[str, Any] = document.get("properties") or {}
    if _is(document, MACHINE):
        profile = properties.get("networkProfile") or {}
        for interface in profile.get("networkInterfaces") or ():
            yield document["id"], interface["id"]
    elif _is(document, NIC):
        for part in properties.get("ipConfigurations") or ():
            own = f"{document['id']}/ipConfigurations/{part['name']}"
            for name in ("subnet", "publicIPAddress"):
                target = (part.get("properties") or {}).get(name)
                if target:
                    yield own, target["id"]


def _place(tenant: AzureTenant, document: Document) -> str | None:
    """Return where *document* is; a subnet is where its network is."""
    if not _is(document, SUBNET):
        return document.get("location")
    network = tenant.find(document["id"].rpartition("/subnets/")[0])
    return network["location"] if network else None


def _is(document: Document, kind: str) -> bool:
    return bool(document["type"].lower() == kind.lower())


def _check_account_name(tenant: AzureTenant, wished: Document) -> None:
    for other in tenant.listed(_NAMED_EVERYWHERE, STORAGE):
        if other["name"] != wished["name"] or other["id"].lower() == wished["id"].lower():
            continue
        name = wished["name"]
        if other["id"].lower().split("/")[2] == wished["id"].lower().split("/")[2]:
            said = f"The account {name} is already in another resource group in this subscription."
            raise ArmError(409, "StorageAccountInAnotherResourceGroup", said)
        said = f"The storage account named {name} is already taken."
        raise ArmError(409, "StorageAccountAlreadyTaken", said)


def _no_reference(wished: Document, needed: str) -> ArmError:
    return ArmError(
        400,
        "InvalidResourceReference",
        f"Resource {needed} referenced by resource {wished['id']} was not found. Please make sure "
        "that the referenced resource exists, and that both resources are in the same region.",
    )


def _taken(user: str, found: Document, other: str) -> ArmError:
    if _is(found, NIC):
        return _in_use(found, other)
    return ArmError(
        400,
        "PublicIPAddressInUse",
        f"Resource {user} is referencing public IP address {found['id']} that is already allocated "
        f"to resource {other}.",
    )


def _in_use(document: Document, user: str) -> ArmError:
    code, sentence = _IN_USE.get(document["type"].lower(), _SUBNET_IN_USE)
    words = {"name": document["name"], "id": document["id"], "user": user}
    return ArmError(400, code, sentence.format_map(words))


_SUBNET_IN_USE: Final = (
    "InUseSubnetCannotBeDeleted",
    "Subnet {name} is in use by {user} and cannot be deleted: first delete all that is within it.",
)
_IN_USE: Final[Mapping[str, tuple[str, str]]] = {
    NIC.lower(): (
        "NicInUse",
        "Network Interface {id} is used by existing resource {user}, and not to be deleted before.",
    ),
    PUBLIC_IP.lower(): (
        "PublicIPAddressCannotBeDeleted",
        "Public IP address {id} can not be deleted since it is still allocated to {user}.",
    ),
}
_TOLD: Mapping[str, str] = {NIC.lower(): "virtualMachine", PUBLIC_IP.lower(): "ipConfiguration"}
"""The property that names the one user, of types that have it."""
