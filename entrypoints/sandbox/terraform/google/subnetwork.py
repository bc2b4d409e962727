"""google_compute_subnetwork."""

from entrypoints.sandbox.terraform.google.cloud import GoogleCloud
from entrypoints.sandbox.terraform.google.compute import (
    ComputeType,
    compute_refusals,
    description_of,
)
from entrypoints.sandbox.terraform.google.http import Json
from entrypoints.sandbox.terraform.google.links import kept, same_link, unchanged
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, Values

_PLACE = Attribute(type="string", optional=True, computed=True, forces_replacement=True)
_COMPUTED = Attribute(type="string", computed=True)
_SCHEMA = Block(
    attributes={
        "id": Attribute(type="string", optional=True, computed=True),
        "name": Attribute(type="string", required=True, forces_replacement=True),
        "network": Attribute(type="string", required=True, forces_replacement=True),
        "ip_cidr_range": Attribute(type="string", optional=True, computed=True),
        "project": _PLACE,
        "region": _PLACE,
        "description": Attribute(type="string", optional=True, forces_replacement=True),
        "private_ip_google_access": Attribute(type="bool", optional=True, computed=True),
        "purpose": _PLACE,
        "stack_type": _PLACE,
        "private_ipv6_google_access": Attribute(type="string", optional=True, computed=True),
        "creation_timestamp": _COMPUTED,
        "fingerprint": _COMPUTED,
        "gateway_address": _COMPUTED,
        "self_link": _COMPUTED,
        "subnetwork_id": Attribute(type="number", computed=True),
    }
)


class ComputeSubnetwork(ComputeType):
    """A subnetwork; its range can grow, and its way to Google's services be opened and shut."""

    name = "google_compute_subnetwork"
    schema = _SCHEMA
    title = "Subnetwork"
    collection = "projects/{project}/regions/{region}/subnetworks"
    also_imported_as = ("{project}/{region}/{name}", "{region}/{name}", "{name}")

    def wish(self, cloud: GoogleCloud, planned: Values) -> Json:
        """Return what is sent to make it."""
        del cloud
        network = planned["network"]
        return {
            "name": planned["name"],
            "network": network if "/" in network else f"global/networks/{network}",
            "ipCidrRange": planned["ip_cidr_range"],
            "description": planned["description"] or "",
            "privateIpGoogleAccess": bool(planned["private_ip_google_access"]),
        }

    def told(self, found: Json, like: Values) -> Values:
        """Return the subnetwork that the service tells of."""
        return {
            "name": found["name"],
            "network": kept(found["network"], like["network"]),
            "ip_cidr_range": found["ipCidrRange"],
            "project": like["project"],
            "region": like["region"],
            "description": description_of(found, like),
            "private_ip_google_access": found["privateIpGoogleAccess"],
            "purpose": found["purpose"],
            "stack_type": found["stackType"],
            "private_ipv6_google_access": found["privateIpv6GoogleAccess"],
            "creation_timestamp": found["creationTimestamp"],
            "fingerprint": found["fingerprint"],
            "gateway_address": found["gatewayAddress"],
            "self_link": found["selfLink"],
            "subnetwork_id": int(found["id"]),
        }

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Take no other spelling of its network for a difference."""
        if prior is None:
            return proposed
        values = unchanged(prior, proposed, {"network": same_link})
        if values["ip_cidr_range"] != prior["ip_cidr_range"]:
            values = {**values, "gateway_address": UNKNOWN}
        return values

    def update(self, cloud: GoogleCloud, prior: Values, planned: Values) -> Values:
        """Let it grow, and open or shut it."""
        path = self.path(prior)
        with compute_refusals(f"Error updating {self.title} {prior['id']!r}", self.title):
            if planned["ip_cidr_range"] != prior["ip_cidr_range"]:
                body: Json = {"ipCidrRange": planned["ip_cidr_range"]}
                cloud.change("POST", f"{path}/expandIpCidrRange", body)
            if planned["private_ip_google_access"] != prior["private_ip_google_access"]:
                body = {"privateIpGoogleAccess": planned["private_ip_google_access"]}
                cloud.change("POST", f"{path}/setPrivateIpGoogleAccess", body)
        changed = self.read(cloud, {**prior, **planned})
        if changed is None:
            raise CloudRefused(f"{self.title} {prior['name']!r} was gone when it was changed.")
        return changed
