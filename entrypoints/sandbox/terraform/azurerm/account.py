"""azurerm_storage_account."""

from collections.abc import Mapping
from typing import Any, Final

from entrypoints.sandbox.terraform.azurerm.arm_type import IN_A_PLACE, ArmType
from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud
from entrypoints.sandbox.terraform.azurerm.paths import within_group
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, Values

_SERVICES: Final = ("blob", "queue", "table", "file", "dfs", "web")
_TOLD: Final = Attribute(type="string", computed=True)
_SECRET: Final = Attribute(type="string", computed=True, sensitive=True)
_KEYS: Final = {"key1": "primary", "key2": "secondary"}


def _text(default: str, *, first: bool = False) -> Attribute:
    return Attribute(type="string", optional=True, default=default, forces_replacement=first)


def _switch(*, default: bool, first: bool = False) -> Attribute:
    return Attribute(type="bool", optional=True, default=default, forces_replacement=first)


_FLAGS: Final = {
    "allow_nested_items_to_be_public": ("allowBlobPublicAccess", True),
    "cross_tenant_replication_enabled": ("allowCrossTenantReplication", False),
    "default_to_oauth_authentication": ("defaultToOAuthAuthentication", False),
    "https_traffic_only_enabled": ("supportsHttpsTrafficOnly", True),
    "local_user_enabled": ("isLocalUserEnabled", True),
    "sftp_enabled": ("isSftpEnabled", False),
    "shared_access_key_enabled": ("allowSharedKeyAccess", True),
}
"""What can be switched on and off: its name in Resource Manager, and what it is if left out."""
_FLAGS_AT_FIRST: Final = {
    "is_hns_enabled": ("isHnsEnabled", False),
    "nfsv3_enabled": ("isNfsV3Enabled", False),
}
"""What is decided when the account is made."""


class StorageAccount(ArmType):
    """What blobs, files, queues and tables are in."""

    name = "azurerm_storage_account"
    pattern = within_group("Microsoft.Storage/storageAccounts")
    schema = Block(
        attributes={
            **IN_A_PLACE,
            "account_kind": _text("StorageV2"),
            "account_replication_type": Attribute(type="string", required=True),
            "account_tier": Attribute(type="string", required=True, forces_replacement=True),
            "access_tier": Attribute(type="string", optional=True, computed=True),
            "infrastructure_encryption_enabled": _switch(default=False, first=True),
            "large_file_share_enabled": Attribute(type="bool", optional=True, computed=True),
            "min_tls_version": _text("TLS1_2"),
            "public_network_access_enabled": _switch(default=True),
            **{name: _switch(default=default) for name, (_, default) in _FLAGS.items()},
            **{
                name: _switch(default=default, first=True)
                for name, (_, default) in _FLAGS_AT_FIRST.items()
            },
            "primary_location": _TOLD,
            "secondary_location": _TOLD,
            **{
                f"primary_{each}_{what}": _TOLD
                for each in _SERVICES
                for what in ("endpoint", "host")
            },
            **{
                f"{which}_{what}": _SECRET
                for which in _KEYS.values()
                for what in ("access_key", "connection_string")
            },
        }
    )

    def wish(self, planned: Values) -> Document:
        """Return what is sent."""
        tier, kind = planned["account_tier"], planned["account_kind"]
        properties: Document = {
            told: planned[name] for name, (told, _) in (_FLAGS | _FLAGS_AT_FIRST).items()
        }
        properties |= {
            "minimumTlsVersion": planned["min_tls_version"],
            "publicNetworkAccess": (
                "Enabled" if planned["public_network_access_enabled"] else "Disabled"
            ),
            "encryption": {
                "keySource": "Microsoft.Storage",
                "requireInfrastructureEncryption": planned["infrastructure_encryption_enabled"],
            },
        }
        for name, told in (
            ("access_tier", "accessTier"),
            ("large_file_share_enabled", "largeFileSharesState"),
        ):
            value = planned[name]
            if value is not UNKNOWN and value is not None:
                properties[told] = _state(value)
        return {
            "location": planned["location"],
            "tags": planned["tags"] or {},
            "kind": kind,
            "sku": {"name": f"{tier}_{planned['account_replication_type']}", "tier": tier},
            "properties": properties,
        }

    def told(self, cloud: ArmCloud, document: Document) -> Values:
        """Return what is told, and the keys, which are told only to who asks for them."""
        properties = document["properties"]
        tier, _, replication = document["sku"]["name"].partition("_")
        encryption = properties.get("encryption") or {}
        return {
            "account_kind": document["kind"],
            "account_replication_type": replication,
            "account_tier": tier,
            "access_tier": properties.get("accessTier"),
            "infrastructure_encryption_enabled": encryption.get(
                "requireInfrastructureEncryption", False
            ),
            "large_file_share_enabled": properties.get("largeFileSharesState") == "Enabled",
            "min_tls_version": properties.get("minimumTlsVersion", "TLS1_0"),
            "public_network_access_enabled": properties.get("publicNetworkAccess") != "Disabled",
            "primary_location": properties.get("primaryLocation"),
            "secondary_location": properties.get("secondaryLocation", ""),
            **{
                name: properties.get(told, default)
                for name, (told, default) in (_FLAGS | _FLAGS_AT_FIRST).items()
            },
            **_endpoints(properties.get("primaryEndpoints") or {}),
            **_keys(cloud, document),
        }


def _state(value: object) -> object:
    """Return a yes or a no as Resource Manager writes it in a state; a text stays."""
    return {True: "Enabled", False: "Disabled"}[value] if isinstance(value, bool) else value


def _endpoints(told: Mapping[str, Any]) -> Values:
    found: Values = {}
    for service in _SERVICES:
        url = told.get(service, "")
        found[f"primary_{service}_endpoint"] = url
        found[f"primary_{service}_host"] = url.partition("://")[2].rstrip("/")
    return found


def _keys(cloud: ArmCloud, document: Document) -> Values:
    found: Values = {}
    for key in cloud.act(f"{document['id']}/listKeys")["keys"]:
        which, value = _KEYS[key["keyName"]], key["value"]
        found[f"{which}_access_key"] = value
        found[f"{which}_connection_string"] = (
            f"DefaultEndpointsProtocol=https;AccountName={document['name']};"
            f"AccountKey={value};EndpointSuffix=core.windows.net"
        )
    return found
