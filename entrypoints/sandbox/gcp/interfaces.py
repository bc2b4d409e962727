"""The network interfaces of an instance: where they are wished, and the addresses they get."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from itertools import islice

from entrypoints.sandbox.gcp.errors import Json, Refused, invalid
from entrypoints.sandbox.gcp.fingerprints import fingerprint
from entrypoints.sandbox.gcp.links import last, parsed
from entrypoints.sandbox.gcp.operations import OperationFailed
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import region_of

_PUBLIC = IPv4Network("34.89.0.0/16")
_RESERVED = 2
"""Addresses at either end of a subnetwork that nobody gets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interface:
    """One interface of an instance that is to be made."""

    subnetwork: Json
    wanted: str | None
    """The address that it should have; None: any."""
    access: Sequence[Json]
    """Its ways to the internet."""


def wished_interfaces(project: GcpProject, zone: str, wishes: object) -> Sequence[Interface]:
    """Return the interfaces that are wished for.

    Raises:
        Refused: there is none, or one is in a network that is not there.
    """
    if not isinstance(wishes, list) or not wishes:
        raise invalid(
            "Invalid value for field 'resource.networkInterfaces': ''. At least one network "
            "interface is required."
        )
    return [_interface(project, zone, each, at) for at, each in enumerate(wishes)]


def addressed(project: GcpProject, interfaces: Sequence[Interface]) -> Sequence[Json]:
    """Return the interfaces as they are told, each with its addresses.

    Raises:
        OperationFailed: a subnetwork has no address left, or not the one that is wanted.
    """
    return [_document(project, each, at) for at, each in enumerate(interfaces)]


def access_config(project: GcpProject, wish: Json) -> Json:
    """Return a way to the internet, with an address that nobody else has."""
    used = {
        access.get("natIP")
        for each in _all_interfaces(project)
        for access in each.get("accessConfigs", ())
    }
    free = next(str(each) for each in _PUBLIC.hosts() if str(each) not in used)
    return {
        "kind": "compute#accessConfig",
        "type": "ONE_TO_ONE_NAT",
        "name": wish.get("name") or "External NAT",
        "natIP": wish.get("natIP") or free,
        "networkTier": wish.get("networkTier") or "PREMIUM",
    }


def _interface(project: GcpProject, zone: str, wish: Json, at: int) -> Interface:
    field = f"resource.networkInterfaces[{at}]"
    found = _subnetwork(project, region_of(zone), wish, field)
    wanted = wish.get("networkIP") or None
    if wanted is not None and not _holds(found, wanted):
        raise invalid(
            f"Invalid value for field '{field}.networkIP': '{wanted}'. Requested internal IP "
            "address is outside the subnetwork."
        )
    return Interface(subnetwork=found, wanted=wanted, access=wish.get("accessConfigs") or ())


def _subnetwork(project: GcpProject, region: str, wish: Json, field: str) -> Json:
    network = _network(project, wish, field)
    link = wish.get("subnetwork")
    if not link:
        if not network["autoCreateSubnetworks"]:
            raise invalid(
                f"Invalid value for field '{field}': ''. Subnetwork should be specified for custom "
                "subnetmode network"
            )
        found = project.subnetworks.get((region, network["name"]))
    else:
        named = parsed(link, "regions/{region}/subnetworks/{name}", f"{field}.subnetwork")
        found = project.subnetworks.get((region, named["name"] or ""))
        found = found if named["region"] == region else None
    if found is None:
        raise invalid(
            f"Invalid value for field '{field}.subnetwork': '{link or ''}'. The referenced "
            "subnetwork resource cannot be found."
        )
    if wish.get("network") and last(found["network"]) != network["name"]:
        raise Refused(
            400,
            f'Subnetwork "{link}" is not valid for Network "{network["name"]}".',
            reason="badRequest",
        )
    return found


def _network(project: GcpProject, wish: Json, field: str) -> Json:
    """Return the network that is wished for; any will do when a subnetwork is named alone."""
    link = wish.get("network")
    if not link and wish.get("subnetwork"):
        return {"name": "", "autoCreateSubnetworks": True}
    link = link or "global/networks/default"
    name = parsed(link, "global/networks/{name}", f"{field}.network")["name"] or ""
    if name not in project.networks:
        raise invalid(
            f"Invalid value for field '{field}.network': '{link}'. The referenced network resource "
            "cannot be found."
        )
    return project.networks[name]


def _holds(subnetwork: Json, address: str) -> bool:
    try:
        return IPv4Address(address) in IPv4Network(subnetwork["ipCidrRange"])
    except ValueError:
        return False


def _document(project: GcpProject, interface: Interface, at: int) -> Json:
    subnetwork = interface.subnetwork
    document: Json = {
        "kind": "compute#networkInterface",
        "name": f"nic{at}",
        "network": subnetwork["network"],
        "subnetwork": subnetwork["selfLink"],
        "networkIP": _private(project, interface),
        "stackType": "IPV4_ONLY",
    }
    if interface.access:
        document["accessConfigs"] = [access_config(project, each) for each in interface.access]
    return {**document, "fingerprint": fingerprint(document)}


def _private(project: GcpProject, interface: Interface) -> str:
    link, wanted = interface.subnetwork["selfLink"], interface.wanted
    used = {
        each["networkIP"] for each in _all_interfaces(project) if each.get("subnetwork") == link
    }
    if wanted is not None and wanted in used:
        raise OperationFailed(
            "IP_IN_USE_BY_ANOTHER_RESOURCE",
            f"IP '{wanted}' is already being used by another resource.",
        )
    block = IPv4Network(interface.subnetwork["ipCidrRange"])
    usable = islice(block, _RESERVED, block.num_addresses - _RESERVED)
    free = wanted or next((str(each) for each in usable if str(each) not in used), None)
    if free is None:
        raise OperationFailed("IP_SPACE_EXHAUSTED", f"IP space of '{last(link)}' is exhausted.")
    return free


def _all_interfaces(project: GcpProject) -> Sequence[Json]:
    return [
        each for instance in project.instances.values() for each in instance["networkInterfaces"]
    ]
