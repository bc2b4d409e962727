"""What Azure adds to a resource that somebody creates."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from entrypoints.sandbox.azure.documents import resource_id
from entrypoints.sandbox.azure.ids import MACHINE, NETWORK, NIC, PUBLIC_IP, STORAGE, SUBNET
from entrypoints.sandbox.azure.resources import endpoints, instance_view
from entrypoints.sandbox.azure.tenant import Document

_SECRETS = ("adminPassword", "customData")


def completed(wished: Document, *, now: datetime) -> Document:
    """Return *wished* as it is told once it exists; what is set already stays."""
    additions = _ADDITIONS.get(wished["type"].lower(), _nothing)
    properties = {**additions(wished, now), **(wished.get("properties") or {})}
    return {**wished, "properties": {**properties, "provisioningState": "Succeeded"}}


def _nothing(_: Document, __: datetime) -> dict[str, Any]:
    return {}


def _machine(wished: Document, now: datetime) -> dict[str, Any]:
    properties = wished.get("properties") or {}
    profile = properties.get("osProfile")
    if profile:
        for secret in _SECRETS:  # Azure never tells them again
            profile.pop(secret, None)
        profile.setdefault("computerName", wished["name"])
        profile.setdefault("allowExtensionOperations", True)
    if properties.get("storageProfile"):
        _complete_disk(wished, properties["storageProfile"])
    return {
        "vmId": _unique(wished),
        "timeCreated": now.isoformat(),
        "instanceView": instance_view("running"),
    }


def _complete_disk(wished: Document, profile: dict[str, Any]) -> None:
    """Name the disk that a machine boots from, and say how large it is."""
    _, _, subscription, _, group, *_ = wished["id"].split("/")
    windows = "windowsConfiguration" in (wished["properties"].get("osProfile") or {})
    disk = profile.setdefault("osDisk", {"createOption": "FromImage"})
    disk.setdefault("name", f"{wished['name']}_OsDisk_1_{_unique(wished).replace('-', '')}")
    disk.setdefault("osType", "Windows" if windows else "Linux")
    disk.setdefault("caching", "ReadWrite")
    disk.setdefault("deleteOption", "Detach")
    disk.setdefault("diskSizeGB", 127 if windows else 30)
    managed = disk.setdefault("managedDisk", {})
    managed.setdefault("storageAccountType", "Standard_LRS")
    managed["id"] = resource_id(subscription, group, "Microsoft.Compute/disks", disk["name"])
    profile.setdefault("dataDisks", [])


def _storage(wished: Document, now: datetime) -> dict[str, Any]:
    sku = wished.get("sku")
    if sku:
        sku.setdefault("tier", sku["name"].partition("_")[0])
    return {
        "creationTime": now.isoformat(),
        "accessTier": "Hot",
        "primaryLocation": wished["location"],
        "statusOfPrimary": "available",
        "primaryEndpoints": endpoints(wished["name"]),
        "allowBlobPublicAccess": False,
        "publicNetworkAccess": "Enabled",
        "supportsHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_0",
        "networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow"},
    }


def _network(wished: Document, _: datetime) -> dict[str, Any]:
    return {"resourceGuid": _unique(wished), "enableDdosProtection": False}


def _subnet(_: Document, __: datetime) -> dict[str, Any]:
    return {
        "delegations": [],
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    }


def _nic(wished: Document, _: datetime) -> dict[str, Any]:
    for number, one in enumerate((wished.get("properties") or {}).get("ipConfigurations", ())):
        address = one.setdefault("properties", {})
        address.setdefault("privateIPAllocationMethod", "Dynamic")
        address.setdefault("privateIPAddressVersion", "IPv4")
        address.setdefault("primary", number == 0)
        address["provisioningState"] = "Succeeded"
        one["id"] = f"{wished['id']}/ipConfigurations/{one['name']}"
    return {"resourceGuid": _unique(wished), "macAddress": _mac_address(wished)}


def _public_ip(wished: Document, _: datetime) -> dict[str, Any]:
    wished.setdefault("sku", {"name": "Standard", "tier": "Regional"})
    return {
        "publicIPAllocationMethod": "Static",
        "publicIPAddressVersion": "IPv4",
        "idleTimeoutInMinutes": 4,
    }


def _unique(wished: Document) -> str:
    """Return the number that Azure gives a thing besides its id: the same every time."""
    return str(uuid5(NAMESPACE_URL, wished["id"].lower()))


def _mac_address(wished: Document) -> str:
    last = crc32(wished["id"].lower().encode()).to_bytes(4)
    return "-".join(("00", "0D", *(f"{byte:02X}" for byte in last)))


_ADDITIONS: Mapping[str, Callable[[Document, datetime], dict[str, Any]]] = {
    MACHINE.lower(): _machine,
    STORAGE.lower(): _storage,
    NETWORK.lower(): _network,
    SUBNET.lower(): _subnet,
    NIC.lower(): _nic,
    PUBLIC_IP.lower(): _public_ip,
}
