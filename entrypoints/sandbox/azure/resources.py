"""Resources as Resource Manager tells of them, with as much detail as anybody reads."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from entrypoints.sandbox.azure.documents import LOCATION, located, resource_id, tagged
from entrypoints.sandbox.azure.ids import GROUP, MACHINE, NIC, STORAGE
from entrypoints.sandbox.azure.network import network_of
from entrypoints.sandbox.azure.tenant import Document

CREATED = "2024-05-06T07:08:09.1234567+00:00"

_IMAGES: Mapping[str, Mapping[str, str]] = {
    "Linux": {"publisher": "Canonical", "offer": "ubuntu-24_04-lts", "sku": "server"},
    "Windows": {
        "publisher": "MicrosoftWindowsServer",
        "offer": "WindowsServer",
        "sku": "2022-datacenter",
    },
}
_ENDPOINTS = ("blob", "queue", "table", "file", "dfs", "web")


def resource_group(
    subscription: str,
    name: str,
    *,
    location: str = LOCATION,
    tags: Mapping[str, str] | None = None,
    managed_by: str | None = None,
) -> Document:
    """Return a resource group."""
    document: Document = {
        "id": f"/subscriptions/{subscription}/resourceGroups/{name}",
        "name": name,
        "type": GROUP,
        "location": location,
        "properties": {"provisioningState": "Succeeded"},
    }
    if managed_by is not None:
        document["managedBy"] = managed_by
    return tagged(document, tags)


def virtual_machine(
    subscription: str,
    group: str,
    name: str,
    *,
    location: str = LOCATION,
    size: str = "Standard_D2s_v5",
    power: str | None = "running",
    system: str = "Linux",
    spot: bool = False,
    zones: Sequence[str] = (),
    tags: Mapping[str, str] | None = None,
    private_ip: str | None = None,
    public_ip: str | None = None,
    created: str = CREATED,
) -> tuple[Document, ...]:
    """Return a machine, its network interface and, if it has one, its public address.

    *power* is running, starting, stopping, stopped, deallocating or deallocated; None for a
    machine that is still being made.
    """
    identity = resource_id(subscription, group, MACHINE, name)
    nic = resource_id(subscription, group, NIC, f"{name}-nic")
    properties: dict[str, Any] = {
        "hardwareProfile": {"vmSize": size},
        "provisioningState": "Succeeded" if power else "Creating",
        "vmId": str(uuid5(NAMESPACE_URL, identity)),
        "storageProfile": _disks(subscription, group, name, system),
        "osProfile": {"computerName": name, "adminUsername": "azureuser"},
        "networkProfile": {"networkInterfaces": [{"id": nic, "properties": {"primary": True}}]},
        "timeCreated": created,
        "instanceView": instance_view(power),
    }
    if spot:
        properties |= {"priority": "Spot", "evictionPolicy": "Deallocate"}
    machine = located(identity, MACHINE, location, properties, tags)
    if zones:
        machine["zones"] = list(zones)
    return machine, *network_of(machine, group, private_ip=private_ip, public_ip=public_ip)


def instance_view(power: str | None) -> dict[str, Any]:
    """Return what a machine is doing."""
    if power is None:
        return {"statuses": [_status("ProvisioningState/creating", "Creating")]}
    return {
        "statuses": [
            _status("ProvisioningState/succeeded", "Provisioning succeeded"),
            _status(f"PowerState/{power}", f"VM {power}"),
        ]
    }


def storage_account(
    subscription: str,
    group: str,
    name: str,
    *,
    location: str = LOCATION,
    sku: str = "Standard_LRS",
    kind: str = "StorageV2",
    tier: str = "Hot",
    public: bool = False,
    tags: Mapping[str, str] | None = None,
    created: str = CREATED,
) -> Document:
    """Return a storage account; *public*: anybody may read what its owner lets them."""
    identity = resource_id(subscription, group, STORAGE, name)
    properties = {
        "provisioningState": "Succeeded",
        "creationTime": created,
        "accessTier": tier,
        "primaryLocation": location,
        "statusOfPrimary": "available",
        "primaryEndpoints": endpoints(name),
        "allowBlobPublicAccess": public,
        "publicNetworkAccess": "Enabled",
        "supportsHttpsTrafficOnly": True,
        "minimumTlsVersion": "TLS1_2",
        "networkAcls": {"bypass": "AzureServices", "defaultAction": "Allow"},
    }
    document = located(identity, STORAGE, location, properties, tags)
    return document | {"sku": {"name": sku, "tier": sku.partition("_")[0]}, "kind": kind}


def endpoints(name: str) -> dict[str, str]:
    """Return where a storage account would be reached."""
    return {each: f"https://{name}.{each}.core.windows.net/" for each in _ENDPOINTS}


def _disks(subscription: str, group: str, name: str, system: str) -> dict[str, Any]:
    disk = resource_id(subscription, group, "Microsoft.Compute/disks", f"{name}-os")
    return {
        "imageReference": {**_IMAGES[system], "version": "latest"},
        "osDisk": {
            "osType": system,
            "name": f"{name}-os",
            "createOption": "FromImage",
            "caching": "ReadWrite",
            "managedDisk": {"storageAccountType": "Premium_LRS", "id": disk},
            "deleteOption": "Delete",
            "diskSizeGB": 30,
        },
        "dataDisks": [],
    }


def _status(code: str, text: str) -> dict[str, str]:
    return {"code": code, "level": "Info", "displayStatus": text}
