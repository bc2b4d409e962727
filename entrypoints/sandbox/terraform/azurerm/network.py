"""azurerm_virtual_network and azurerm_subnet."""

from typing import Final

from entrypoints.sandbox.terraform.azurerm.arm_type import IN_A_GROUP, IN_A_PLACE, NAME, ArmType
from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud
from entrypoints.sandbox.terraform.azurerm.paths import GROUP, within_group
from entrypoints.sandbox.terraform.schema import Attribute, Block, Type, Values

_TEXTS: Final[Type] = ["list", "string"]
_SERVICE: Final[Type] = ["object", {"actions": ["set", "string"], "name": "string"}]
_DELEGATION: Final[Type] = [
    "object",
    {"name": "string", "service_delegation": ["list", _SERVICE]},
]
_SUBNET_INSIDE: Final = {
    "address_prefixes": _TEXTS,
    "default_outbound_access_enabled": "bool",
    "delegation": ["list", _DELEGATION],
    "id": "string",
    "name": "string",
    "private_endpoint_network_policies": "string",
    "private_link_service_network_policies_enabled": "bool",
    "route_table_id": "string",
    "security_group": "string",
    "service_endpoint_policy_ids": ["set", "string"],
    "service_endpoints": ["set", "string"],
}


class VirtualNetwork(ArmType):
    """A network; its subnets are resources of their own."""

    name = "azurerm_virtual_network"
    pattern = within_group("Microsoft.Network/virtualNetworks")
    schema = Block(
        attributes={
            **IN_A_PLACE,
            "address_space": Attribute(type=["set", "string"], optional=True),
            "dns_servers": Attribute(type=_TEXTS, optional=True, computed=True),
            "flow_timeout_in_minutes": Attribute(type="number", optional=True),
            "guid": Attribute(type="string", computed=True),
            "subnet": Attribute(
                type=["set", ["object", _SUBNET_INSIDE]], optional=True, computed=True
            ),
        }
    )

    def wish(self, planned: Values) -> Document:
        """Return what is sent; subnets are never."""
        properties: Document = {
            "addressSpace": {"addressPrefixes": planned["address_space"] or []},
            "flowTimeoutInMinutes": planned["flow_timeout_in_minutes"],
        }
        if isinstance(planned["dns_servers"], list):
            properties["dhcpOptions"] = {"dnsServers": planned["dns_servers"]}
        return {
            "location": planned["location"],
            "tags": planned["tags"] or {},
            "properties": properties,
        }

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told, the subnets that are in it by now included."""
        del cloud
        properties = document["properties"]
        return {
            "address_space": properties["addressSpace"]["addressPrefixes"],
            "dns_servers": (properties.get("dhcpOptions") or {}).get("dnsServers") or [],
            "flow_timeout_in_minutes": properties.get("flowTimeoutInMinutes"),
            "guid": properties.get("resourceGuid"),
            "subnet": [_inside(each) for each in properties.get("subnets") or ()],
        }


class Subnet(ArmType):
    """A part of a network."""

    name = "azurerm_subnet"
    pattern = (
        f"{GROUP}/providers/Microsoft.Network/virtualNetworks/{{virtual_network_name}}"
        "/subnets/{name}"
    )
    schema = Block(
        attributes={
            **IN_A_GROUP,
            "virtual_network_name": NAME,
            "address_prefixes": Attribute(type=_TEXTS, optional=True),
            "default_outbound_access_enabled": Attribute(type="bool", optional=True, default=True),
            "private_endpoint_network_policies": Attribute(
                type="string", optional=True, default="Disabled"
            ),
            "private_link_service_network_policies_enabled": Attribute(
                type="bool", optional=True, default=True
            ),
        }
    )

    def wish(self, planned: Values) -> Document:
        """Return what is sent."""
        linked = planned["private_link_service_network_policies_enabled"]
        return {
            "properties": {
                "addressPrefixes": planned["address_prefixes"] or [],
                "defaultOutboundAccess": planned["default_outbound_access_enabled"],
                "privateEndpointNetworkPolicies": planned["private_endpoint_network_policies"],
                "privateLinkServiceNetworkPolicies": "Enabled" if linked else "Disabled",
            }
        }

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told."""
        del cloud
        inside = _inside(document)
        return {name: inside[name] for name in self.schema.attributes if name in inside}


def _inside(subnet: Document) -> Values:
    """Return a subnet as its network tells of it."""
    properties = subnet["properties"]
    linked = properties.get("privateLinkServiceNetworkPolicies", "Enabled")
    return {
        "address_prefixes": properties.get("addressPrefixes") or [properties["addressPrefix"]],
        "default_outbound_access_enabled": properties.get("defaultOutboundAccess", True),
        "delegation": [],
        "id": subnet["id"],
        "name": subnet["name"],
        "private_endpoint_network_policies": properties.get(
            "privateEndpointNetworkPolicies", "Disabled"
        ),
        "private_link_service_network_policies_enabled": linked == "Enabled",
        "route_table_id": "",
        "security_group": "",
        "service_endpoint_policy_ids": [],
        "service_endpoints": [],
    }
