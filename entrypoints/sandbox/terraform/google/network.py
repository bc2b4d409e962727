"""google_compute_network."""

from entrypoints.sandbox.terraform.google.cloud import GoogleCloud
from entrypoints.sandbox.terraform.google.compute import ComputeType, description_of
from entrypoints.sandbox.terraform.google.http import Json
from entrypoints.sandbox.terraform.schema import Attribute, Block, Values

_SCHEMA = Block(
    attributes={
        "id": Attribute(type="string", optional=True, computed=True),
        "name": Attribute(type="string", required=True, forces_replacement=True),
        "project": Attribute(type="string", optional=True, computed=True, forces_replacement=True),
        "description": Attribute(type="string", optional=True, forces_replacement=True),
        "auto_create_subnetworks": Attribute(
            type="bool", optional=True, default=True, forces_replacement=True
        ),
        "mtu": Attribute(type="number", optional=True, computed=True, forces_replacement=True),
        "routing_mode": Attribute(
            type="string", optional=True, computed=True, forces_replacement=True
        ),
        "gateway_ipv4": Attribute(type="string", computed=True),
        "network_id": Attribute(type="string", computed=True),
        "numeric_id": Attribute(type="string", computed=True),
        "self_link": Attribute(type="string", computed=True),
    }
)


class ComputeNetwork(ComputeType):
    """A network; whatever is different about it makes a new one."""

    name = "google_compute_network"
    schema = _SCHEMA
    title = "Network"
    collection = "projects/{project}/global/networks"
    also_imported_as = ("{project}/{name}", "{name}")

    def wish(self, cloud: GoogleCloud, planned: Values) -> Json:
        """Return what is sent to make it."""
        del cloud
        wish: Json = {
            "name": planned["name"],
            "autoCreateSubnetworks": planned["auto_create_subnetworks"],
        }
        if planned["description"] is not None:
            wish["description"] = planned["description"]
        if planned["mtu"] is not None:
            wish["mtu"] = planned["mtu"]
        if planned["routing_mode"] is not None:
            wish["routingConfig"] = {"routingMode": planned["routing_mode"]}
        return wish

    def told(self, found: Json, like: Values) -> Values:
        """Return the network that the service tells of."""
        return {
            "name": found["name"],
            "project": like["project"],
            "description": description_of(found, like),
            "auto_create_subnetworks": found["autoCreateSubnetworks"],
            "mtu": found["mtu"],
            "routing_mode": found["routingConfig"]["routingMode"],
            "gateway_ipv4": found.get("gatewayIPv4", ""),
            "network_id": found["id"],
            "numeric_id": found["id"],
            "self_link": found["selfLink"],
        }

    def update(self, cloud: GoogleCloud, prior: Values, planned: Values) -> Values:
        """Return it: nothing of it can be changed in place."""
        del prior
        return self.read(cloud, planned) or planned
