"""The ranges of networks and subnets, and the addresses in them."""

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network
from itertools import islice
from typing import Any, Final
from zlib import crc32

from entrypoints.sandbox.azure.errors import ArmError
from entrypoints.sandbox.azure.ids import NETWORK, NIC, PUBLIC_IP, SUBNET
from entrypoints.sandbox.azure.tenant import AzureTenant, Document

_KEPT: Final = 4
"""So many addresses of a subnet, counted from its first, are Azure's own."""
_PUBLIC: Final = "203.0.113.{}"
_PUBLIC_COUNT: Final = 254


def check_ranges(tenant: AzureTenant, wished: Document) -> None:
    """Do nothing if the ranges of *wished*, if it has any, can be.

    Raises:
        ArmError: a range is none, lies outside of its network, or over that of another subnet;
            or the network that the subnet should be in does not exist.
    """
    match wished["type"].lower():
        case kind if kind == NETWORK.lower():
            _ranges(wished)
        case kind if kind == SUBNET.lower():
            _check_subnet(tenant, wished)


def addressed(tenant: AzureTenant, wished: Document) -> Document:
    """Return *wished* with the addresses that it has not yet."""
    match wished["type"].lower():
        case kind if kind == NIC.lower():
            return _with_private_addresses(tenant, wished)
        case kind if kind == PUBLIC_IP.lower():
            return _with_public_address(tenant, wished)
        case _:
            return wished


def with_subnets(tenant: AzureTenant, document: Document) -> Document:
    """Return a network as it is told: with all that is in it."""
    subnets = tenant.listed(document["id"], SUBNET)
    return {**document, "properties": {**document["properties"], "subnets": subnets}}


def _check_subnet(tenant: AzureTenant, wished: Document) -> None:
    owner = wished["id"].rpartition("/subnets/")[0]
    network = tenant.find(owner)
    if network is None:
        said = "because the parent resource"
        raise ArmError(
            404,
            "ParentResourceNotFound",
            f"Failed to perform 'write' on resource(s) of type 'virtualNetworks/subnets', {said} "
            f"'{owner}' could not be found.",
        )
    inside, spaces = _ranges(wished), _ranges(network)
    name, where = wished["name"], network["name"]
    problem = f"Subnet '{name}' is not valid because its IP address range"
    if not all(any(each.subnet_of(space) for space in spaces) for each in inside):
        message = f"{problem} is outside the IP address range of virtual network '{where}'."
        raise ArmError(400, "NetcfgSubnetRangeOutsideVnet", message)
    others = [each for each in tenant.listed(owner, SUBNET) if each["id"] != wished["id"]]
    if any(each.overlaps(taken) for each in inside for other in others for taken in _ranges(other)):
        message = f"{problem} overlaps with that of an existing subnet in virtual network '{where}'"
        raise ArmError(400, "NetcfgSubnetRangesOverlap", f"{message}.")


def _ranges(document: Document) -> list[IPv4Network]:
    """Return the ranges of a network or a subnet, at least one."""
    properties = document.get("properties") or {}
    space = (properties.get("addressSpace") or {}).get("addressPrefixes")
    texts = space or properties.get("addressPrefixes") or [properties.get("addressPrefix")]
    return [_range(document, text) for text in texts]


def _range(document: Document, text: Any) -> IPv4Network:  # noqa: ANN401 - whatever was sent
    try:
        network = ip_network(text)
    except ValueError as exc:
        raise _bad_prefix(document, text) from exc
    if not isinstance(network, IPv4Network):
        raise _bad_prefix(document, text)
    return network


def _bad_prefix(document: Document, text: object) -> ArmError:
    message = f"Address prefix {text} of the resource {document['id']} has no valid CIDR notation."
    return ArmError(400, "InvalidCIDRNotation", message)


def _with_private_addresses(tenant: AzureTenant, nic: Document) -> Document:
    for number, part in enumerate((nic.get("properties") or {}).get("ipConfigurations", ())):
        address = part.setdefault("properties", {})
        if not address.get("privateIPAddress"):
            subnet = tenant.find((address.get("subnet") or {}).get("id", ""))
            address["privateIPAddress"] = (
                _free(subnet, _taken(tenant, subnet))
                if subnet
                else f"10.0.{_number(nic['id'], 250)}.{number + _KEPT}"
            )
    return nic


def _taken(tenant: AzureTenant, subnet: Document) -> set[str]:
    key = subnet["id"].lower()
    return {
        part["properties"]["privateIPAddress"]
        for nic in tenant.listed(f"/subscriptions/{key.split('/')[2]}", NIC)
        for part in nic["properties"].get("ipConfigurations", ())
        if (part["properties"].get("subnet") or {}).get("id", "").lower() == key
    }


def _free(subnet: Document, taken: Iterable[str]) -> str:
    for space in _ranges(subnet):
        for address in islice(space.hosts(), _KEPT - 1, None):
            if str(address) not in taken:
                return str(address)
    raise ArmError(
        400,
        "SubnetIsFull",
        f"Subnet {subnet['name']} with address prefix {_ranges(subnet)[0]} does not have enough "
        "capacity for 1 IP addresses.",
    )


def _with_public_address(tenant: AzureTenant, wished: Document) -> Document:
    taken = {
        other["properties"].get("ipAddress")
        for other in tenant.listed("/subscriptions", PUBLIC_IP)
        if other["id"].lower() != wished["id"].lower()
    }
    properties = wished.get("properties") or {}
    first = _number(wished["id"], _PUBLIC_COUNT)
    candidates = (
        _PUBLIC.format((first + step) % _PUBLIC_COUNT + 1) for step in range(_PUBLIC_COUNT)
    )
    address = next((each for each in candidates if each not in taken), None)
    if not properties.get("ipAddress") and address is None:
        message = "Cannot create more than 254 public IP addresses in the sandbox."
        raise ArmError(400, "PublicIPCountLimitReached", message)
    return {**wished, "properties": {"ipAddress": address, **properties}}


def _number(text: str, count: int) -> int:
    """Return a number below *count* that is the same for *text* every time."""
    return crc32(text.lower().encode()) % count
