"""An instance as the compute service tells of it, in the words of Terraform."""

from itertools import zip_longest

from entrypoints.sandbox.terraform.google import labels
from entrypoints.sandbox.terraform.google.compute import description_of
from entrypoints.sandbox.terraform.google.http import Json
from entrypoints.sandbox.terraform.google.links import (
    kept,
    last,
    same_image,
    same_link,
    unchanged,
)
from entrypoints.sandbox.terraform.schema import UNKNOWN, Values


def instance_state(found: Json, disk: Json | None, like: Values) -> Values:
    """Return the instance *found*, whose boot disk is *disk* if it still exists.

    What is spelled otherwise in *like*, and means the same, is spelled as there.
    """
    metadata = found["metadata"]
    items = {each["key"]: each["value"] for each in metadata.get("items", ())}
    return {
        "name": found["name"],
        "machine_type": kept(last(found["machineType"]), like["machine_type"]),
        "project": like["project"],
        "zone": last(found["zone"]),
        "description": description_of(found, like),
        "allow_stopping_for_update": like["allow_stopping_for_update"],
        "can_ip_forward": found["canIpForward"],
        "deletion_protection": found["deletionProtection"],
        "desired_status": like["desired_status"] and found["status"],
        "metadata": items or (None if like["metadata"] is None else {}),
        "tags": found["tags"].get("items") or (None if like["tags"] is None else []),
        **labels.told(found.get("labels", {}), like),
        "cpu_platform": found["cpuPlatform"],
        "creation_timestamp": found["creationTimestamp"],
        "current_status": found["status"],
        "instance_id": found["id"],
        "label_fingerprint": found["labelFingerprint"],
        "metadata_fingerprint": metadata["fingerprint"],
        "self_link": found["selfLink"],
        "tags_fingerprint": found["tags"]["fingerprint"],
        "boot_disk": [_boot_disk(found["disks"][0], disk, like)],
        "network_interface": _interfaces(found, like),
        "shielded_instance_config": _shield(found),
    }


def same_spelling(prior: Values, proposed: Values) -> Values:
    """Return *proposed*, with the spelling of *prior* wherever both mean the same."""
    values = unchanged(prior, proposed, {"machine_type": same_link})
    interfaces = zip(prior["network_interface"], proposed["network_interface"], strict=False)
    links = {"network": same_link, "subnetwork": same_link}
    respelled = [unchanged(before, after, links) for before, after in interfaces]
    more = proposed["network_interface"][len(respelled) :]
    values["network_interface"] = [*respelled, *more]
    values["boot_disk"] = [
        _respelled_disk(before, after)
        for before, after in zip_longest(prior["boot_disk"], proposed["boot_disk"])
        if after is not None
    ]
    return values


def _respelled_disk(before: Values | None, after: Values) -> Values:
    if before is None:
        return after
    params = after["initialize_params"]
    if params is UNKNOWN or not params or not before["initialize_params"]:
        return after
    same = {"image": same_image, "type": same_link}
    return {
        **after,
        "initialize_params": [unchanged(before["initialize_params"][0], params[0], same)],
    }


def _boot_disk(attached: Json, disk: Json | None, like: Values) -> Values:
    before = like["boot_disk"][0] if like["boot_disk"] else None
    params = before["initialize_params"][0] if before and before["initialize_params"] else None
    return {
        "auto_delete": attached["autoDelete"],
        "device_name": attached["deviceName"],
        "mode": attached["mode"],
        "source": kept(attached["source"], before and before["source"]),
        "initialize_params": [_initialized(attached, disk, params)] if disk else [],
    }


def _initialized(attached: Json, disk: Json, like: Values | None) -> Values:
    image, type_ = disk.get("sourceImage"), last(disk["type"])
    return {
        "image": kept(image, like and like["image"], same_image),
        "size": int(attached["diskSizeGb"]),
        "type": kept(type_, like and like["type"]),
        "labels": disk.get("labels", {}),
    }


def _interfaces(found: Json, like: Values) -> list[Values]:
    pairs = zip_longest(found["networkInterfaces"], like["network_interface"] or ())
    return [_interface(each, before or {}) for each, before in pairs if each is not None]


def _interface(found: Json, like: Values) -> Values:
    return {
        "name": found["name"],
        "network": kept(found["network"], like.get("network")),
        "subnetwork": kept(found["subnetwork"], like.get("subnetwork")),
        "subnetwork_project": found["subnetwork"].partition("/projects/")[2].partition("/")[0],
        "network_ip": found["networkIP"],
        "stack_type": found["stackType"],
        "access_config": [
            {"nat_ip": each.get("natIP", ""), "network_tier": each["networkTier"]}
            for each in found.get("accessConfigs", ())
        ],
    }


def _shield(found: Json) -> list[Values]:
    config = found.get("shieldedInstanceConfig")
    if config is None:
        return []
    return [
        {
            "enable_secure_boot": config["enableSecureBoot"],
            "enable_vtpm": config["enableVtpm"],
            "enable_integrity_monitoring": config["enableIntegrityMonitoring"],
        }
    ]
