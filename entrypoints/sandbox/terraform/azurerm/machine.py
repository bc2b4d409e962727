"""azurerm_linux_virtual_machine."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from entrypoints.sandbox.terraform.azurerm.arm_type import ArmType
from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud
from entrypoints.sandbox.terraform.azurerm.machine_parts import (
    disks,
    sign_in,
    told_disks,
    told_sign_in,
)
from entrypoints.sandbox.terraform.azurerm.machine_schema import MACHINE
from entrypoints.sandbox.terraform.azurerm.paths import within_group
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import Values


class LinuxVirtualMachine(ArmType):
    """A machine, which starts when it is made; its network interfaces are there before."""

    name = "azurerm_linux_virtual_machine"
    pattern = within_group("Microsoft.Compute/virtualMachines")
    schema = MACHINE

    def check(self, config: Values) -> None:
        """Refuse a machine that nobody could sign in to, or that has no image.

        Raises:
            CloudRefused: what is missing.
        """
        keys, password = config["admin_ssh_key"], config["admin_password"]
        if config["disable_password_authentication"] is False and password is None:
            raise CloudRefused(
                "an `admin_password` must be specified",
                "Set it, or leave out `disable_password_authentication`.",
            )
        if keys == [] and password is None:
            raise CloudRefused(
                "at least one `admin_ssh_key` must be specified",
                "Write an admin_ssh_key block.",
            )
        if config["source_image_reference"] == [] and config["source_image_id"] is None:
            raise CloudRefused(
                "one of `source_image_id,source_image_reference` must be specified",
                "Name the image that the machine starts from.",
            )

    def wish(self, planned: Values) -> Document:
        """Return what is sent."""
        interfaces = planned["network_interface_ids"]
        properties: Document = {
            "hardwareProfile": {"vmSize": planned["size"]},
            "osProfile": sign_in(planned),
            "storageProfile": disks(planned),
            "networkProfile": {
                "networkInterfaces": [
                    {"id": each, "properties": {"primary": place == 0}}
                    for place, each in enumerate(interfaces)
                ]
            },
        }
        if planned["priority"] == "Spot":
            price = {"maxPrice": planned["max_bid_price"]}
            policy = planned["eviction_policy"] or "Deallocate"
            properties |= {"priority": "Spot", "evictionPolicy": policy, "billingProfile": price}
        if planned["license_type"]:
            properties["licenseType"] = planned["license_type"]
        if security := _security(planned):
            properties["securityProfile"] = security
        wish = {
            "location": planned["location"],
            "tags": planned["tags"] or {},
            "properties": properties,
        }
        for part in planned["identity"]:
            wish["identity"] = _wished_identity(part)
        return wish | ({"zones": [planned["zone"]]} if planned["zone"] else {})

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told, the addresses of its network interfaces included."""
        properties = document["properties"]
        interfaces = [each["id"] for each in properties["networkProfile"]["networkInterfaces"]]
        found = {
            "identity": [_told_identity(cloud, document)] if "identity" in document else [],
            "license_type": properties.get("licenseType"),
            "network_interface_ids": interfaces,
            "priority": properties.get("priority", "Regular"),
            "size": properties["hardwareProfile"]["vmSize"],
            "virtual_machine_id": properties["vmId"],
            "zone": next(iter(document.get("zones") or ()), None),
            "eviction_policy": properties.get("evictionPolicy"),
            "max_bid_price": (properties.get("billingProfile") or {}).get("maxPrice", -1),
        }
        return (
            found
            | told_sign_in(properties.get("osProfile") or {})
            | told_disks(properties.get("storageProfile") or {})
            | _told_security(properties.get("securityProfile") or {})
            | _addresses(cloud, interfaces)
        )


def _security(planned: Values) -> Document:
    boot, chip = planned["secure_boot_enabled"], planned["vtpm_enabled"]
    profile: Document = {}
    if boot or chip:
        settings = {"secureBootEnabled": bool(boot), "vTpmEnabled": bool(chip)}
        profile |= {"securityType": "TrustedLaunch", "uefiSettings": settings}
    if planned["encryption_at_host_enabled"] is not None:
        profile["encryptionAtHost"] = planned["encryption_at_host_enabled"]
    return profile


def _told_security(profile: Mapping[str, Any]) -> Values:
    settings = profile.get("uefiSettings") or {}
    return {
        "secure_boot_enabled": settings.get("secureBootEnabled", False),
        "vtpm_enabled": settings.get("vTpmEnabled", False),
        "encryption_at_host_enabled": profile.get("encryptionAtHost") or None,
    }


def _wished_identity(part: Values) -> Document:
    wish: Document = {"type": part["type"]}
    if part["identity_ids"]:
        wish["userAssignedIdentities"] = {name: {} for name in part["identity_ids"]}
    return wish


def _told_identity(cloud: ArmCloud, document: Document) -> Values:
    identity = document["identity"]
    return {
        "type": identity["type"],
        "identity_ids": list(identity.get("userAssignedIdentities") or ()),
        "principal_id": str(uuid5(NAMESPACE_URL, f"{document['id']}/identity")),
        "tenant_id": cloud.tenant,
    }


def _addresses(cloud: ArmCloud, interfaces: Iterable[str]) -> Values:
    private, public = [], []
    for interface in filter(None, map(cloud.get, interfaces)):
        for part in interface["properties"]["ipConfigurations"]:
            private.append(part["properties"]["privateIPAddress"])
            target = part["properties"].get("publicIPAddress")
            address = cloud.get(target["id"]) if target else None
            if address:
                public.append(address["properties"].get("ipAddress", ""))
    return {
        "private_ip_address": private[0] if private else "",
        "private_ip_addresses": private,
        "public_ip_address": public[0] if public else "",
        "public_ip_addresses": public,
    }
