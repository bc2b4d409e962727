"""Subnetworks and disks in the words of Google's compute service."""

from ipaddress import IPv4Network

from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.resources import COMPUTE, CREATED, unique_id

_AUTOMATIC = IPv4Network("10.128.0.0/9")
"""Where Google puts the subnetworks that it makes itself."""


def subnetwork(
    project: str,
    region: str,
    name: str,
    *,
    network: str,
    block: IPv4Network,
    description: str = "",
    private_google_access: bool = False,
    created: str = CREATED,
) -> Json:
    """Return a subnetwork of IPv4 addresses."""
    place = f"{COMPUTE}/projects/{project}"
    document: Json = {
        "kind": "compute#subnetwork",
        "id": unique_id("subnetwork", project, region, name, created),
        "creationTimestamp": created,
        "name": name,
        "network": f"{place}/global/networks/{network}",
        "ipCidrRange": str(block),
        "gatewayAddress": str(block[1]),
        "region": f"{place}/regions/{region}",
        "selfLink": f"{place}/regions/{region}/subnetworks/{name}",
        "privateIpGoogleAccess": private_google_access,
        "privateIpv6GoogleAccess": "DISABLE_GOOGLE_ACCESS",
        "fingerprint": "Jlnhaq7v1Cc=",
        "purpose": "PRIVATE",
        "stackType": "IPV4_ONLY",
    }
    return {**document, "description": description} if description else document


def automatic_block(number: int) -> IPv4Network:
    """Return the range of the subnetwork that Google makes in the region of that *number*."""
    start = int(_AUTOMATIC.network_address) + number * 2**12
    return IPv4Network((start, 20))
