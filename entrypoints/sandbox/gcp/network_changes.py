"""Networks: created and deleted."""

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json, missing, taken
from entrypoints.sandbox.gcp.links import last
from entrypoints.sandbox.gcp.names import check_name
from entrypoints.sandbox.gcp.operations import OperationFailed, Operations, Target, moment
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call, Route


class NetworkChanges:
    """Creates and deletes networks in *project*."""

    def __init__(self, project: GcpProject, operations: Operations) -> None:
        self._project = project
        self._operations = operations
        all_, one = "/global/networks", "/global/networks/{name}"
        self.routes = (
            Route(f"POST {all_}", "compute.networks.create", self._insert),
            Route(f"DELETE {one}", "compute.networks.delete", self._delete),
        )

    def _insert(self, call: Call) -> Json:
        wish = call.wish
        name = check_name(wish.get("name"))
        if name in self._project.networks:
            raise taken(self._path(name))
        automatic = bool(wish.get("autoCreateSubnetworks", True))
        made = resources.network(
            self._project.id,
            name,
            auto_subnets=automatic,
            subnetworks=self._project.regions if automatic else (),
            routing_mode=wish.get("routingConfig", {}).get("routingMode", "REGIONAL"),
            mtu=int(wish.get("mtu", 1460)),
            created=moment(),
        )
        if wish.get("description"):
            made["description"] = wish["description"]
        self._project.put(made)
        return self._operations.done("insert", _target(made))

    def _delete(self, call: Call) -> Json:
        name = call.names["name"]
        found = self._project.networks.get(name)
        if found is None:
            raise missing(self._path(name))

        def delete() -> None:
            self._check_unused(found)
            del self._project.networks[name]
            for place, each in list(self._project.subnetworks.items()):
                if last(each["network"]) == name:
                    del self._project.subnetworks[place]

        return self._operations.carried_out("delete", _target(found), delete)

    def _check_unused(self, network: Json) -> None:
        """Pass when nothing is in *network* that does not go with it.

        Raises:
            OperationFailed: something is.
        """
        name = network["name"]
        users = [
            f"zones/{zone}/instances/{instance['name']}"
            for (zone, _), instance in sorted(self._project.instances.items())
            if any(last(each["network"]) == name for each in instance["networkInterfaces"])
        ]
        if not network["autoCreateSubnetworks"]:
            users += [
                f"regions/{region}/subnetworks/{own}"
                for (region, own), each in sorted(self._project.subnetworks.items())
                if last(each["network"]) == name
            ]
        if users:
            raise OperationFailed(
                "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
                f"The network resource '{self._path(name)}' is already being used by "
                f"'projects/{self._project.id}/{users[0]}'",
            )

    def _path(self, name: str) -> str:
        return f"projects/{self._project.id}/global/networks/{name}"


def _target(network: Json) -> Target:
    return Target(path=f"global/networks/{network['name']}", id=network["id"])
