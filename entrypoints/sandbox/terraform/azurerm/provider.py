"""The provider hashicorp/azurerm, as far as the sandbox has it."""

from collections.abc import Mapping
from typing import Final

from entrypoints.sandbox.terraform.azurerm.account import StorageAccount
from entrypoints.sandbox.terraform.azurerm.addresses import NetworkInterface, PublicIp
from entrypoints.sandbox.terraform.azurerm.cloud import ArmCloud, cloud_from
from entrypoints.sandbox.terraform.azurerm.group import ResourceGroup
from entrypoints.sandbox.terraform.azurerm.machine import LinuxVirtualMachine
from entrypoints.sandbox.terraform.azurerm.network import Subnet, VirtualNetwork
from entrypoints.sandbox.terraform.resource_type import Provider
from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock

_TEXT: Final = Attribute(type="string", optional=True)
_SWITCH: Final = Attribute(type="bool", optional=True)
_SECRET: Final = Attribute(type="string", optional=True, sensitive=True)
_FEATURES: Final[Mapping[str, tuple[str, ...]]] = {
    "resource_group": ("prevent_deletion_if_contains_resources",),
    "storage": ("data_plane_available",),
    "virtual_machine": (
        "delete_os_disk_on_deletion",
        "detach_implicit_data_disk_on_deletion",
        "skip_shutdown_and_force_delete",
    ),
}
"""The parts of the features block, and their switches; the first one alone does anything here."""


def _part(switches: tuple[str, ...]) -> NestedBlock:
    block = Block(attributes=dict.fromkeys(switches, _SWITCH))
    return NestedBlock(nesting="list", block=block, max_items=1)


_CONFIG: Final = Block(
    attributes={
        "client_id": _TEXT,
        "client_secret": _SECRET,
        "environment": _TEXT,
        "metadata_host": _TEXT,
        "resource_provider_registrations": _TEXT,
        "resource_providers_to_register": Attribute(type=["list", "string"], optional=True),
        "storage_use_azuread": _SWITCH,
        "subscription_id": _TEXT,
        "tenant_id": _TEXT,
        "use_cli": _SWITCH,
        "use_msi": _SWITCH,
        "use_oidc": _SWITCH,
    },
    blocks={
        "features": NestedBlock(
            nesting="list",
            min_items=1,
            max_items=1,
            block=Block(blocks={name: _part(switches) for name, switches in _FEATURES.items()}),
        )
    },
)

PROVIDER: Final[Provider[ArmCloud]] = Provider(
    name="azurerm",
    config=_CONFIG,
    connect=cloud_from,
    resources=(
        ResourceGroup(),
        VirtualNetwork(),
        Subnet(),
        PublicIp(),
        NetworkInterface(),
        LinuxVirtualMachine(),
        StorageAccount(),
    ),
)
