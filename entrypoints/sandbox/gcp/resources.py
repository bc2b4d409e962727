"""What a project holds, in the words of Google's APIs; builders with a default for everything."""

import hashlib
from collections.abc import Mapping, Sequence

from entrypoints.sandbox.gcp.errors import Json

COMPUTE = "https://www.googleapis.com/compute/v1"
STORAGE = "https://www.googleapis.com/storage/v1"
CREATED = "2024-05-06T07:08:09.123-07:00"
"""Compute tells times as they were in California."""
_SAME_FOR_EVERY_INSTANCE: Json = {
    "kind": "compute#instance",
    "description": "",
    "canIpForward": False,
    "metadata": {"kind": "compute#metadata", "fingerprint": "3KUyPRLhnWI="},
    "labelFingerprint": "42WmSpB8rSM=",
    "startRestricted": False,
    "deletionProtection": False,
    "fingerprint": "zUQLTx5ZGIY=",
}


def unique_id(*parts: str) -> str:
    """Return an unsigned 64-bit number of 19 digits as text, the same for the same *parts*."""
    digest = hashlib.sha256("/".join(parts).encode()).digest()
    return str(10**18 + int.from_bytes(digest[:8]) % (8 * 10**18))


def region_of(zone: str) -> str:
    """Return the region that *zone* is in."""
    return zone.rpartition("-")[0]


def zone(project: str, name: str) -> Json:
    """Return a zone that is up."""
    return {
        "kind": "compute#zone",
        "id": unique_id("zone", name),
        "creationTimestamp": "1969-12-31T16:00:00.000-08:00",
        "name": name,
        "description": name,
        "status": "UP",
        "region": f"{COMPUTE}/projects/{project}/regions/{region_of(name)}",
        "selfLink": f"{COMPUTE}/projects/{project}/zones/{name}",
        "supportsPzs": True,
    }


def instance(
    project: str,
    zone: str,
    name: str,
    *,
    machine_type: str = "e2-medium",
    status: str = "RUNNING",
    labels: Mapping[str, str] | None = None,
    network_tags: Sequence[str] = (),
    network: str = "default",
    private_ip: str = "10.132.0.2",
    public_ip: str | None = None,
    spot: bool = False,
    created: str = CREATED,
) -> Json:
    """Return an instance with one network interface and one disk."""
    place = f"{COMPUTE}/projects/{project}/zones/{zone}"
    document: Json = {
        **_SAME_FOR_EVERY_INSTANCE,
        **_life(status, created),
        "id": unique_id("instance", project, zone, name, created),
        "name": name,
        "tags": {"fingerprint": "42WmSpB8rSM="},
        "machineType": f"{place}/machineTypes/{machine_type}",
        "zone": place,
        "networkInterfaces": [_interface(project, zone, network, private_ip, public_ip)],
        "disks": [_disk(place, name)],
        "selfLink": f"{place}/instances/{name}",
        "scheduling": _scheduling(spot=spot),
    }
    if labels:
        document["labels"] = dict(labels)
    if network_tags:
        document["tags"]["items"] = list(network_tags)
    return document


def _life(status: str, created: str) -> Json:
    """Return what is told of an instance's state; one that never stopped has no such time."""
    life = {"status": status, "creationTimestamp": created, "lastStartTimestamp": created}
    if status in {"RUNNING", "STAGING", "PROVISIONING"}:
        return {**life, "cpuPlatform": "Intel Broadwell"}
    return {**life, "cpuPlatform": "Unknown CPU Platform", "lastStopTimestamp": created}


def _interface(
    project: str, zone: str, network: str, private_ip: str, public_ip: str | None
) -> Json:
    place = f"{COMPUTE}/projects/{project}"
    interface: Json = {
        "kind": "compute#networkInterface",
        "name": "nic0",
        "network": f"{place}/global/networks/{network}",
        "subnetwork": f"{place}/regions/{region_of(zone)}/subnetworks/{network}",
        "networkIP": private_ip,
        "stackType": "IPV4_ONLY",
        "fingerprint": "rlLDaOXHxOI=",
    }
    if public_ip is not None:
        access = {"kind": "compute#accessConfig", "type": "ONE_TO_ONE_NAT", "name": "External NAT"}
        interface["accessConfigs"] = [{**access, "natIP": public_ip, "networkTier": "PREMIUM"}]
    return interface


def _disk(place: str, name: str) -> Json:
    return {
        "kind": "compute#attachedDisk",
        "type": "PERSISTENT",
        "mode": "READ_WRITE",
        "source": f"{place}/disks/{name}",
        "deviceName": name,
        "index": 0,
        "boot": True,
        "autoDelete": True,
        "interface": "SCSI",
        "diskSizeGb": "10",
        "architecture": "X86_64",
    }


def _scheduling(*, spot: bool) -> Json:
    return {
        "onHostMaintenance": "TERMINATE" if spot else "MIGRATE",
        "automaticRestart": not spot,
        "preemptible": spot,
        "provisioningModel": "SPOT" if spot else "STANDARD",
    }


def network(
    project: str,
    name: str,
    *,
    auto_subnets: bool = False,
    subnetworks: Sequence[str] = (),
    routing_mode: str = "REGIONAL",
    mtu: int = 1460,
    created: str = CREATED,
) -> Json:
    """Return a network; *subnetworks* are the regions in which it has one."""
    identity = unique_id("network", project, name, created)
    place = f"{COMPUTE}/projects/{project}"
    document: Json = {
        "kind": "compute#network",
        "id": identity,
        "creationTimestamp": created,
        "name": name,
        "selfLink": f"{place}/global/networks/{name}",
        "selfLinkWithId": f"{place}/global/networks/{identity}",
        "autoCreateSubnetworks": auto_subnets,
        "routingConfig": {"routingMode": routing_mode, "bgpBestPathSelectionMode": "LEGACY"},
        "networkFirewallPolicyEnforcementOrder": "AFTER_CLASSIC_FIREWALL",
        "mtu": mtu,
    }
    if subnetworks:
        links = [f"{place}/regions/{region}/subnetworks/{name}" for region in subnetworks]
        document["subnetworks"] = links
    return document


def bucket(
    name: str,
    *,
    location: str = "EUROPE-WEST3",
    storage_class: str = "STANDARD",
    labels: Mapping[str, str] | None = None,
    versioning: bool | None = None,
    public_access_prevention: str = "inherited",
    created: str = "2024-05-06T14:08:09.123Z",
) -> Json:
    """Return a bucket; a *location* without a hyphen is a multi-region."""
    uniform = {"enabled": True, "lockedTime": "2024-08-04T14:08:09.123Z"}
    document: Json = {
        "kind": "storage#bucket",
        "selfLink": f"{STORAGE}/b/{name}",
        "id": name,
        "name": name,
        "projectNumber": "0",  # the project puts in its own
        "generation": unique_id("bucket", name, created),
        "metageneration": "1",
        "location": location,
        "locationType": "region" if "-" in location else "multi-region",
        "storageClass": storage_class,
        "etag": "CAE=",
        "timeCreated": created,
        "updated": created,
        "iamConfiguration": {
            "bucketPolicyOnly": uniform,
            "uniformBucketLevelAccess": uniform,
            "publicAccessPrevention": public_access_prevention,
        },
    }
    if labels:
        document["labels"] = dict(labels)
    if versioning is not None:
        document["versioning"] = {"enabled": versioning}
    return document
