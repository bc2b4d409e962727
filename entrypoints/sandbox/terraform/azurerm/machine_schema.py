"""How azurerm_linux_virtual_machine looks to Terraform."""

from typing import Final

from entrypoints.sandbox.terraform.azurerm.arm_type import IN_A_PLACE
from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock

_TEXT: Final = Attribute(type="string", optional=True)
_NEEDED: Final = Attribute(type="string", required=True)
_NEEDED_FIRST: Final = Attribute(type="string", required=True, forces_replacement=True)
_FIRST: Final = Attribute(type="string", optional=True, forces_replacement=True)
_TOLD: Final = Attribute(type="string", computed=True)
_ADDRESSES: Final = Attribute(type=["list", "string"], computed=True)


def _secret() -> Attribute:
    return Attribute(type="string", optional=True, sensitive=True, forces_replacement=True)


def _switch(*, first: bool = False, default: bool | None = None) -> Attribute:
    return Attribute(type="bool", optional=True, forces_replacement=first, default=default)


_SSH_KEY: Final = Block(attributes={"public_key": _NEEDED_FIRST, "username": _NEEDED_FIRST})
_IMAGE: Final = Block(
    attributes=dict.fromkeys(("publisher", "offer", "sku", "version"), _NEEDED_FIRST)
)
_DISK: Final = Block(
    attributes={
        "caching": _NEEDED,
        "disk_size_gb": Attribute(type="number", optional=True, computed=True),
        "id": _TOLD,
        "name": Attribute(type="string", optional=True, computed=True, forces_replacement=True),
        "storage_account_type": Attribute(
            type="string", optional=True, computed=True, forces_replacement=True
        ),
        "write_accelerator_enabled": _switch(default=False),
    }
)
_IDENTITY: Final = Block(
    attributes={
        "type": _NEEDED,
        "identity_ids": Attribute(type=["set", "string"], optional=True),
        "principal_id": _TOLD,
        "tenant_id": _TOLD,
    }
)

MACHINE: Final = Block(
    attributes={
        **IN_A_PLACE,
        "admin_password": _secret(),
        "admin_username": _FIRST,
        "allow_extension_operations": Attribute(type="bool", optional=True, computed=True),
        "availability_set_id": _FIRST,
        "computer_name": Attribute(
            type="string", optional=True, computed=True, forces_replacement=True
        ),
        "custom_data": _secret(),
        "disable_password_authentication": Attribute(
            type="bool", optional=True, computed=True, forces_replacement=True
        ),
        "encryption_at_host_enabled": _switch(),
        "eviction_policy": _FIRST,
        "license_type": _TEXT,
        "max_bid_price": Attribute(type="number", optional=True, default=-1),
        "network_interface_ids": Attribute(type=["list", "string"], required=True),
        "os_managed_disk_id": Attribute(type="string", optional=True, computed=True),
        "patch_assessment_mode": Attribute(type="string", optional=True, computed=True),
        "patch_mode": Attribute(type="string", optional=True, computed=True),
        "priority": Attribute(
            type="string", optional=True, default="Regular", forces_replacement=True
        ),
        "private_ip_address": _TOLD,
        "private_ip_addresses": _ADDRESSES,
        "provision_vm_agent": Attribute(
            type="bool", optional=True, computed=True, forces_replacement=True
        ),
        "public_ip_address": _TOLD,
        "public_ip_addresses": _ADDRESSES,
        "secure_boot_enabled": _switch(first=True),
        "size": _NEEDED,
        "source_image_id": _FIRST,
        "user_data": _TEXT,
        "virtual_machine_id": _TOLD,
        "vtpm_enabled": _switch(first=True),
        "zone": _FIRST,
    },
    blocks={
        "admin_ssh_key": NestedBlock(nesting="set", block=_SSH_KEY, forces_replacement=True),
        "boot_diagnostics": NestedBlock(
            nesting="list", block=Block(attributes={"storage_account_uri": _TEXT}), max_items=1
        ),
        "identity": NestedBlock(nesting="list", block=_IDENTITY, max_items=1),
        "os_disk": NestedBlock(nesting="list", block=_DISK, min_items=1, max_items=1),
        "source_image_reference": NestedBlock(
            nesting="list", block=_IMAGE, max_items=1, forces_replacement=True
        ),
    },
)
