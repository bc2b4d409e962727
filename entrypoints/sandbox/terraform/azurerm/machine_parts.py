"""Parts of a virtual machine: who may sign in to it, and what it boots from."""

from collections.abc import Mapping
from typing import Any, Final

from entrypoints.sandbox.terraform.azurerm.asking import Document
from entrypoints.sandbox.terraform.schema import UNKNOWN, Values

_HOME: Final = "/home/{}/.ssh/authorized_keys"


def sign_in(planned: Values) -> Document:
    """Return who may sign in to a machine, and how, as it is sent."""
    user, password = planned["admin_username"], planned["admin_password"]
    keys = [
        {"path": _HOME.format(each["username"]), "keyData": each["public_key"]}
        for each in planned["admin_ssh_key"]
    ]
    closed = _or(planned["disable_password_authentication"], password is None)
    profile: Document = {
        "adminUsername": user,
        "computerName": _or(planned["computer_name"], planned["name"]),
        "allowExtensionOperations": _or(planned["allow_extension_operations"], True),
        "linuxConfiguration": {
            "disablePasswordAuthentication": closed,
            "provisionVMAgent": _or(planned["provision_vm_agent"], True),
            "ssh": {"publicKeys": keys},
            "patchSettings": {
                "assessmentMode": _or(planned["patch_assessment_mode"], "ImageDefault"),
                "patchMode": _or(planned["patch_mode"], "ImageDefault"),
            },
        },
    }
    secrets = {"adminPassword": password, "customData": planned["custom_data"]}
    return profile | {name: value for name, value in secrets.items() if value}


def told_sign_in(profile: Mapping[str, Any]) -> Values:
    """Return who may sign in as far as it is told: secrets never are."""
    linux = profile.get("linuxConfiguration") or {}
    patches = linux.get("patchSettings") or {}
    keys = (linux.get("ssh") or {}).get("publicKeys") or ()
    return {
        "admin_username": profile.get("adminUsername"),
        "computer_name": profile.get("computerName"),
        "allow_extension_operations": profile.get("allowExtensionOperations", True),
        "disable_password_authentication": linux.get("disablePasswordAuthentication", False),
        "provision_vm_agent": linux.get("provisionVMAgent", True),
        "patch_assessment_mode": patches.get("assessmentMode", "ImageDefault"),
        "patch_mode": patches.get("patchMode", "ImageDefault"),
        "admin_ssh_key": [
            {"public_key": each["keyData"], "username": each["path"].split("/")[2]} for each in keys
        ],
    }


def disks(planned: Values) -> Document:
    """Return what a machine boots from, as it is sent."""
    (disk,) = planned["os_disk"]
    sent = {
        "caching": disk["caching"],
        "createOption": "FromImage",
        "name": _or(disk["name"], None),
        "diskSizeGB": _or(disk["disk_size_gb"], None),
        "osType": "Linux",
        "writeAcceleratorEnabled": disk["write_accelerator_enabled"],
        "managedDisk": {"storageAccountType": _or(disk["storage_account_type"], "Standard_LRS")},
    }
    image = {"id": planned["source_image_id"]} if planned["source_image_id"] else None
    return {
        "osDisk": {name: value for name, value in sent.items() if value is not None},
        "imageReference": image or dict(planned["source_image_reference"][0]),
    }


def told_disks(profile: Mapping[str, Any]) -> Values:
    """Return what a machine boots from, as it is told."""
    disk = profile.get("osDisk") or {}
    managed = disk.get("managedDisk") or {}
    image = profile.get("imageReference") or {}
    parts = {name: image.get(name) for name in ("publisher", "offer", "sku", "version")}
    return {
        "os_disk": [
            {
                "caching": disk.get("caching"),
                "disk_size_gb": disk.get("diskSizeGB"),
                "id": managed.get("id"),
                "name": disk.get("name"),
                "storage_account_type": managed.get("storageAccountType"),
                "write_accelerator_enabled": disk.get("writeAcceleratorEnabled", False),
            }
        ],
        "os_managed_disk_id": managed.get("id"),
        "source_image_id": image.get("id"),
        "source_image_reference": [parts] if parts["publisher"] else [],
    }


def _or(value: Any, default: Any) -> Any:  # noqa: ANN401 - any value of a schema
    """Return *value*, or *default* if it is not set."""
    return default if value is None or value is UNKNOWN else value
