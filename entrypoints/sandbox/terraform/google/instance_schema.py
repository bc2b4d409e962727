"""What google_compute_instance looks like."""

from typing import Final

from entrypoints.sandbox.terraform.google import labels
from entrypoints.sandbox.terraform.schema import Attribute, Block, NestedBlock

_COMPUTED = Attribute(type="string", computed=True)
_TEXT = Attribute(type="string", optional=True)
_FIXED = Attribute(type="string", optional=True, computed=True, forces_replacement=True)
"""Whoever wants another one gets another instance."""
_GIVEN = Attribute(type="string", optional=True, computed=True)

_INITIALIZE = NestedBlock(
    nesting="list",
    max_items=1,
    computed=True,
    block=Block(
        attributes={
            "image": _FIXED,
            "size": Attribute(type="number", optional=True, computed=True, forces_replacement=True),
            "type": _FIXED,
            "labels": Attribute(
                type=["map", "string"], optional=True, computed=True, forces_replacement=True
            ),
        }
    ),
)
_BOOT_DISK = NestedBlock(
    nesting="list",
    min_items=1,
    max_items=1,
    block=Block(
        attributes={
            "auto_delete": Attribute(
                type="bool", optional=True, default=True, forces_replacement=True
            ),
            "device_name": _FIXED,
            "mode": Attribute(
                type="string", optional=True, default="READ_WRITE", forces_replacement=True
            ),
            "source": _FIXED,
        },
        blocks={"initialize_params": _INITIALIZE},
    ),
)
_ACCESS = NestedBlock(
    nesting="list", block=Block(attributes={"nat_ip": _GIVEN, "network_tier": _GIVEN})
)
_INTERFACE = NestedBlock(
    nesting="list",
    min_items=1,
    block=Block(
        attributes={
            "name": _COMPUTED,
            "network": _FIXED,
            "subnetwork": _FIXED,
            "subnetwork_project": _FIXED,
            "network_ip": _FIXED,
            "stack_type": _GIVEN,
        },
        blocks={"access_config": _ACCESS},
    ),
)
_SHIELD = NestedBlock(
    nesting="list",
    max_items=1,
    computed=True,
    block=Block(
        attributes={
            "enable_secure_boot": Attribute(type="bool", optional=True, default=False),
            "enable_vtpm": Attribute(type="bool", optional=True, default=True),
            "enable_integrity_monitoring": Attribute(type="bool", optional=True, default=True),
        }
    ),
)

SCHEMA: Final = Block(
    attributes={
        "id": Attribute(type="string", optional=True, computed=True),
        "name": Attribute(type="string", required=True, forces_replacement=True),
        "machine_type": Attribute(type="string", required=True),
        "project": _FIXED,
        "zone": _FIXED,
        "description": Attribute(type="string", optional=True, forces_replacement=True),
        "allow_stopping_for_update": Attribute(type="bool", optional=True),
        "can_ip_forward": Attribute(
            type="bool", optional=True, default=False, forces_replacement=True
        ),
        "deletion_protection": Attribute(type="bool", optional=True, default=False),
        "desired_status": _TEXT,
        "metadata": Attribute(type=["map", "string"], optional=True),
        "tags": Attribute(type=["set", "string"], optional=True),
        **labels.ATTRIBUTES,
        "cpu_platform": _COMPUTED,
        "creation_timestamp": _COMPUTED,
        "current_status": _COMPUTED,
        "instance_id": _COMPUTED,
        "label_fingerprint": _COMPUTED,
        "metadata_fingerprint": _COMPUTED,
        "self_link": _COMPUTED,
        "tags_fingerprint": _COMPUTED,
    },
    blocks={
        "boot_disk": _BOOT_DISK,
        "network_interface": _INTERFACE,
        "shielded_instance_config": _SHIELD,
    },
)
