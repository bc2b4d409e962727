"""What is sent to make an instance, and to change one."""

from collections.abc import Mapping

from entrypoints.sandbox.terraform.google.http import Json
from entrypoints.sandbox.terraform.google.links import image_link, last
from entrypoints.sandbox.terraform.schema import Values


def instance_wish(planned: Values, labels: Mapping[str, str]) -> Json:
    """Return what is sent to make the instance that is planned, with all its *labels*."""
    wish: Json = {
        "name": planned["name"],
        "machineType": machine_type_link(planned),
        "description": planned["description"] or "",
        "canIpForward": planned["can_ip_forward"],
        "deletionProtection": planned["deletion_protection"],
        "labels": dict(labels),
        "metadata": {"items": metadata_items(planned)},
        "tags": {"items": planned["tags"] or []},
        "disks": [_disk(planned, each) for each in planned["boot_disk"]],
        "networkInterfaces": [_interface(planned, each) for each in planned["network_interface"]],
    }
    if planned["shielded_instance_config"]:
        wish["shieldedInstanceConfig"] = shield_wish(planned["shielded_instance_config"][0])
    return wish


def machine_type_link(planned: Values) -> str:
    """Return the link of the machine type, which people give by its name alone."""
    return f"zones/{planned['zone']}/machineTypes/{last(planned['machine_type'])}"


def metadata_items(planned: Values) -> list[Json]:
    """Return the metadata as a list, sorted by key."""
    pairs = sorted((planned["metadata"] or {}).items())
    return [{"key": key, "value": value} for key, value in pairs]


def shield_wish(config: Values) -> Json:
    """Return the shielded configuration as it is sent."""
    return {
        "enableSecureBoot": config["enable_secure_boot"],
        "enableVtpm": config["enable_vtpm"],
        "enableIntegrityMonitoring": config["enable_integrity_monitoring"],
    }


def access_wish(access: Values) -> Json:
    """Return a way to the internet as it is sent."""
    wish: Json = {"type": "ONE_TO_ONE_NAT", "name": "external-nat"}
    if access["nat_ip"]:
        wish["natIP"] = access["nat_ip"]
    if access["network_tier"]:
        wish["networkTier"] = access["network_tier"]
    return wish


def _disk(planned: Values, disk: Values) -> Json:
    wish: Json = {"boot": True, "autoDelete": disk["auto_delete"], "mode": disk["mode"]}
    if disk["device_name"]:
        wish["deviceName"] = disk["device_name"]
    if disk["source"]:
        name = last(disk["source"])
        return {**wish, "source": f"zones/{planned['zone']}/disks/{name}"}
    params: Json = {}
    for given in disk["initialize_params"]:
        if given["image"]:
            params["sourceImage"] = image_link(given["image"])
        if given["size"]:
            params["diskSizeGb"] = str(given["size"])
        if given["type"]:
            params["diskType"] = f"zones/{planned['zone']}/diskTypes/{last(given['type'])}"
        params["labels"] = given["labels"] or {}
    return {**wish, "initializeParams": params}


def _interface(planned: Values, interface: Values) -> Json:
    wish: Json = {"accessConfigs": [access_wish(each) for each in interface["access_config"]]}
    network, subnetwork = interface["network"], interface["subnetwork"]
    if network:
        wish["network"] = network if "/" in network else f"global/networks/{network}"
    if subnetwork:
        region = planned["zone"].rpartition("-")[0]
        project = interface["subnetwork_project"] or planned["project"]
        path = f"projects/{project}/regions/{region}/subnetworks/{subnetwork}"
        wish["subnetwork"] = subnetwork if "/" in subnetwork else path
    if interface["network_ip"]:
        wish["networkIP"] = interface["network_ip"]
    return wish
