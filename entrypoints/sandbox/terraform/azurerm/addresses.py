"""azurerm_public_ip and azurerm_network_interface."""

from typing import Any, Final

from entrypoints.sandbox.terraform.azurerm.arm_type import IN_A_PLACE, ArmType
from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud
from entrypoints.sandbox.terraform.azurerm.paths import within_group
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, NestedBlock, Values

_TEXT: Final = Attribute(type="string", optional=True)
_TOLD: Final = Attribute(type="string", computed=True)
_ADDRESSES: Final = Attribute(type=["list", "string"], computed=True)


class PublicIp(ArmType):
    """An address that the whole world can reach."""

    name = "azurerm_public_ip"
    pattern = within_group("Microsoft.Network/publicIPAddresses")
    schema = Block(
        attributes={
            **IN_A_PLACE,
            "allocation_method": Attribute(type="string", required=True),
            "domain_name_label": _TEXT,
            "fqdn": _TOLD,
            "idle_timeout_in_minutes": Attribute(type="number", optional=True, default=4),
            "ip_address": _TOLD,
            "ip_version": Attribute(
                type="string", optional=True, default="IPv4", forces_replacement=True
            ),
            "sku": Attribute(
                type="string", optional=True, default="Standard", forces_replacement=True
            ),
            "sku_tier": Attribute(
                type="string", optional=True, default="Regional", forces_replacement=True
            ),
            "zones": Attribute(type=["set", "string"], optional=True, forces_replacement=True),
        }
    )

    def wish(self, planned: Values) -> Document:
        """Return what is sent."""
        properties = {
            "publicIPAllocationMethod": planned["allocation_method"],
            "publicIPAddressVersion": planned["ip_version"],
            "idleTimeoutInMinutes": planned["idle_timeout_in_minutes"],
        }
        if planned["domain_name_label"]:
            label, place = planned["domain_name_label"], planned["location"]
            name = f"{label}.{place}.cloudapp.azure.com"
            properties["dnsSettings"] = {"domainNameLabel": label, "fqdn": name}
        return {
            "location": planned["location"],
            "tags": planned["tags"] or {},
            "zones": planned["zones"] or [],
            "sku": {"name": planned["sku"], "tier": planned["sku_tier"]},
            "properties": properties,
        }

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told."""
        del cloud
        properties = document["properties"]
        names = properties.get("dnsSettings") or {}
        return {
            "allocation_method": properties["publicIPAllocationMethod"],
            "domain_name_label": names.get("domainNameLabel"),
            "fqdn": names.get("fqdn"),
            "idle_timeout_in_minutes": properties.get("idleTimeoutInMinutes", 4),
            "ip_address": properties.get("ipAddress"),
            "ip_version": properties["publicIPAddressVersion"],
            "sku": document["sku"]["name"],
            "sku_tier": document["sku"].get("tier", "Regional"),
            "zones": document.get("zones") or None,
        }


class NetworkInterface(ArmType):
    """What ties a machine to a subnet."""

    name = "azurerm_network_interface"
    pattern = within_group("Microsoft.Network/networkInterfaces")
    schema = Block(
        attributes={
            **IN_A_PLACE,
            "accelerated_networking_enabled": Attribute(type="bool", optional=True, default=False),
            "applied_dns_servers": _ADDRESSES,
            "dns_servers": Attribute(type=["list", "string"], optional=True),
            "internal_domain_name_suffix": _TOLD,
            "ip_forwarding_enabled": Attribute(type="bool", optional=True, default=False),
            "mac_address": _TOLD,
            "private_ip_address": _TOLD,
            "private_ip_addresses": _ADDRESSES,
            "virtual_machine_id": _TOLD,
        },
        blocks={
            "ip_configuration": NestedBlock(
                nesting="list",
                min_items=1,
                block=Block(
                    attributes={
                        "name": Attribute(type="string", required=True),
                        "primary": Attribute(type="bool", optional=True, computed=True),
                        "private_ip_address": Attribute(
                            type="string", optional=True, computed=True
                        ),
                        "private_ip_address_allocation": Attribute(type="string", required=True),
                        "private_ip_address_version": Attribute(
                            type="string", optional=True, default="IPv4"
                        ),
                        "public_ip_address_id": _TEXT,
                        "subnet_id": _TEXT,
                    }
                ),
            )
        },
    )

    def wish(self, planned: Values) -> Document:
        """Return what is sent."""
        parts = [_sent(part) for part in planned["ip_configuration"]]
        return {
            "location": planned["location"],
            "tags": planned["tags"] or {},
            "properties": {
                "enableAcceleratedNetworking": planned["accelerated_networking_enabled"],
                "enableIPForwarding": planned["ip_forwarding_enabled"],
                "dnsSettings": {"dnsServers": planned["dns_servers"] or []},
                "ipConfigurations": parts,
            },
        }

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told."""
        del cloud
        properties = document["properties"]
        parts = [_told(part) for part in properties["ipConfigurations"]]
        addresses = [part["private_ip_address"] for part in parts]
        servers = (properties.get("dnsSettings") or {}).get("dnsServers") or []
        return {
            "accelerated_networking_enabled": properties.get("enableAcceleratedNetworking", False),
            "applied_dns_servers": servers,
            "dns_servers": servers or None,
            "internal_domain_name_suffix": "internal.cloudapp.net",
            "ip_configuration": parts,
            "ip_forwarding_enabled": properties.get("enableIPForwarding", False),
            "mac_address": properties.get("macAddress"),
            "private_ip_address": addresses[0],
            "private_ip_addresses": addresses,
            "virtual_machine_id": (properties.get("virtualMachine") or {}).get("id", ""),
        }


def _sent(part: Values) -> Document:
    properties: dict[str, Any] = {
        "privateIPAllocationMethod": part["private_ip_address_allocation"],
        "privateIPAddressVersion": part["private_ip_address_version"],
    }
    known = {"privateIPAddress": part["private_ip_address"], "primary": part["primary"]}
    properties |= {
        name: value for name, value in known.items() if value is not UNKNOWN and value is not None
    }
    for name, target in (
        ("subnet", part["subnet_id"]),
        ("publicIPAddress", part["public_ip_address_id"]),
    ):
        if target:
            properties[name] = {"id": target}
    return {"name": part["name"], "properties": properties}


def _told(part: Document) -> Values:
    properties = part["properties"]
    return {
        "name": part["name"],
        "primary": properties.get("primary", True),
        "private_ip_address": properties.get("privateIPAddress"),
        "private_ip_address_allocation": properties["privateIPAllocationMethod"],
        "private_ip_address_version": properties.get("privateIPAddressVersion", "IPv4"),
        "public_ip_address_id": (properties.get("publicIPAddress") or {}).get("id"),
        "subnet_id": (properties.get("subnet") or {}).get("id"),
    }
