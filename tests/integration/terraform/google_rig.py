"""A Google Cloud on this machine, and folders in which terraform works on it."""

import json
from pathlib import Path
from typing import Any

from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.terraform.provider_rig import INSTALLATION, ProviderRig

ZONE = "europe-west1-b"
OWNED = {
    "managed-by": "multi-cloud",
    "multi-cloud-resource-id": "12",
    "multi-cloud-installation": INSTALLATION,
}
"""What every labelled object of a module carries."""
NETWORK: dict[str, Any] = {
    "name": "core",
    "region": "europe-west1",
    "tags": {},
    "subnets": ["10.0.1.0/24", "10.0.2.0/24"],
}
INSTANCE: dict[str, Any] = {
    "name": "web",
    "zone": ZONE,
    "tags": {"team": "data"},
    "machine_type": "e2-micro",
    "image": "debian-cloud/debian-12",
    "disk_size_gb": None,
    "disk_type": "pd-balanced",
    "secure_boot": True,
    "subnetwork": None,
    "public_ip": False,
}
BUCKET: dict[str, Any] = {
    "name": "media-4711",
    "location": "europe-west3",
    "tags": {"team": "data"},
    "storage_class": "STANDARD",
    "versioning": True,
    "force_destroy": False,
}


def google_environment(server: GcpServer) -> dict[str, str]:
    """Return what opens the project of *server*."""
    credential = server.credential()
    return {
        "GOOGLE_CREDENTIALS": json.dumps(credential["service_account_info"]),
        "GOOGLE_PROJECT": credential["project_id"],
        "GOOGLE_COMPUTE_CUSTOM_ENDPOINT": f"{server.endpoint}/compute/v1/",
        "GOOGLE_STORAGE_CUSTOM_ENDPOINT": f"{server.endpoint}/storage/v1/",
    }


def google_rig(server: GcpServer, folder: Path, **environment: str) -> ProviderRig:
    """Return an empty folder to work in, with *environment* in place of what is usual."""
    work = folder / "work"
    work.mkdir()
    return ProviderRig(
        folder=work,
        mirror=write_mirror(folder / "mirror"),
        environment={**google_environment(server), **environment},
    )


def everything(server: GcpServer) -> int:
    """Return how many things there are in the project of *server*."""
    project = server.project
    zonal = len(project.instances) + len(project.disks)
    return zonal + len(project.networks) + len(project.subnetworks) + len(project.buckets)
