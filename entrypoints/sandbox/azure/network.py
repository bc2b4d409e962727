"""Network interfaces and public addresses, which a machine's addresses are found by."""

from collections.abc import Mapping
from typing import Any

from entrypoints.sandbox.azure.documents import LOCATION, located, resource_id
from entrypoints.sandbox.azure.ids import NIC, PUBLIC_IP
from entrypoints.sandbox.azure.tenant import Document


def network_interface(
    subscription: str,
    group: str,
    name: str,
    *,
    location: str = LOCATION,
    machine: str | None = None,
    private_ip: str = "10.0.0.4",
    public_ip: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Document:
    """Return a network interface; *machine* and *public_ip* are ids."""
    identity = resource_id(subscription, group, NIC, name)
    address: dict[str, Any] = {
        "privateIPAddress": private_ip,
        "privateIPAllocationMethod": "Dynamic",
        "privateIPAddressVersion": "IPv4",
        "primary": True,
        "provisioningState": "Succeeded",
    }
    if public_ip is not None:
        address["publicIPAddress"] = {"id": public_ip}
    configuration = {"name": "internal", "id": f"{identity}/ipConfigurations/internal"}
    properties: dict[str, Any] = {
        "provisioningState": "Succeeded",
        "ipConfigurations": [{**configuration, "properties": address}],
    }
    if machine is not None:
        properties["virtualMachine"] = {"id": machine}
    return located(identity, NIC, location, properties, tags)


def public_ip_address(
    subscription: str,
    group: str,
    name: str,
    *,
    location: str = LOCATION,
    address: str | None,
    tags: Mapping[str, str] | None = None,
) -> Document:
    """Return a public address; a dynamic one that nothing uses has no *address*."""
    identity = resource_id(subscription, group, PUBLIC_IP, name)
    properties: dict[str, Any] = {
        "provisioningState": "Succeeded",
        "publicIPAllocationMethod": "Static" if address else "Dynamic",
        "publicIPAddressVersion": "IPv4",
    }
    if address is not None:
        properties["ipAddress"] = address
    return located(identity, PUBLIC_IP, location, properties, tags) | {
        "sku": {"name": "Standard", "tier": "Regional"}
    }


def network_of(
    machine: Document, group: str, *, private_ip: str | None, public_ip: str | None
) -> tuple[Document, ...]:
    """Return the network interface of *machine* and, if it has one, its public address."""
    subscription, name, location = machine["id"].split("/")[2], machine["name"], machine["location"]
    address = resource_id(subscription, group, PUBLIC_IP, f"{name}-ip") if public_ip else None
    nic = network_interface(
        subscription,
        group,
        f"{name}-nic",
        location=location,
        machine=machine["id"],
        private_ip=private_ip or "10.0.0.4",
        public_ip=address,
    )
    if not public_ip:
        return (nic,)
    return nic, public_ip_address(
        subscription, group, f"{name}-ip", location=location, address=public_ip
    )
