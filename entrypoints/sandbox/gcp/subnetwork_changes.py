"""Subnetworks: created, read, changed and deleted."""

from ipaddress import IPv4Network

from entrypoints.sandbox.gcp.errors import Json, Refused, invalid, missing, taken
from entrypoints.sandbox.gcp.links import last, parsed
from entrypoints.sandbox.gcp.names import check_name, check_range
from entrypoints.sandbox.gcp.operations import OperationFailed, Operations, Target, moment
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call, Route, listing
from entrypoints.sandbox.gcp.subnetworks import subnetwork


class SubnetworkChanges:
    """What may be asked about the subnetworks of *project*."""

    def __init__(self, project: GcpProject, operations: Operations) -> None:
        self._project = project
        self._operations = operations
        all_, one = "/regions/{region}/subnetworks", "/regions/{region}/subnetworks/{name}"
        access = f"POST {one}/setPrivateIpGoogleAccess"
        self.routes = (
            Route(f"GET {all_}", "compute.subnetworks.list", self._list),
            Route(f"POST {all_}", "compute.subnetworks.create", self._insert),
            Route(f"GET {one}", "compute.subnetworks.get", self._get),
            Route(f"DELETE {one}", "compute.subnetworks.delete", self._delete),
            Route(access, "compute.subnetworks.setPrivateIpGoogleAccess", self._set_access),
            Route(
                f"POST {one}/expandIpCidrRange",
                "compute.subnetworks.expandIpCidrRange",
                self._expand,
            ),
        )

    def _list(self, call: Call) -> Json:
        region = self._region(call)
        here = [
            each for place, each in sorted(self._project.subnetworks.items()) if place[0] == region
        ]
        place = f"projects/{self._project.id}/regions/{region}/subnetworks"
        return listing(call, place, "compute#subnetworkList", here)

    def _get(self, call: Call) -> Json:
        region, name = self._region(call), call.names["name"]
        found = self._project.subnetworks.get((region, name))
        if found is None:
            raise missing(self._path(region, name))
        return found

    def _insert(self, call: Call) -> Json:
        region, wish = self._region(call), call.wish
        name, block = check_name(wish.get("name")), check_range(wish.get("ipCidrRange"))
        if (region, name) in self._project.subnetworks:
            raise taken(self._path(region, name))
        made = subnetwork(
            self._project.id,
            region,
            name,
            network=self._network(wish),
            block=block,
            description=wish.get("description", ""),
            private_google_access=bool(wish.get("privateIpGoogleAccess")),
            created=moment(),
        )
        return self._operations.carried_out("insert", _target(made), lambda: self._add(made, block))

    def _add(self, made: Json, block: IPv4Network) -> None:
        self._check_free(made, block)
        self._project.put(made)
        network = self._project.networks[last(made["network"])]
        links = [*network.get("subnetworks", ()), made["selfLink"]]
        self._project.put({**network, "subnetworks": links})

    def _delete(self, call: Call) -> Json:
        found = self._get(call)
        self._check_unused(found)
        del self._project.subnetworks[call.names["region"], found["name"]]
        network = dict(self._project.networks[last(found["network"])])
        links = [each for each in network.pop("subnetworks", ()) if each != found["selfLink"]]
        self._project.put({**network, "subnetworks": links} if links else network)
        return self._operations.done("delete", _target(found))

    def _set_access(self, call: Call) -> Json:
        found = self._get(call)
        self._project.put(
            {**found, "privateIpGoogleAccess": bool(call.wish.get("privateIpGoogleAccess"))}
        )
        return self._operations.done("setPrivateIpGoogleAccess", _target(found))

    def _expand(self, call: Call) -> Json:
        found, block = self._get(call), check_range(call.wish.get("ipCidrRange"), "ipCidrRange")
        if not IPv4Network(found["ipCidrRange"]).subnet_of(block):
            raise invalid(
                f"Invalid value for field 'ipCidrRange': '{block}'. The new range must hold the "
                f"old one, {found['ipCidrRange']}."
            )

        def expand() -> None:
            self._check_free(found, block)
            self._project.put({**found, "ipCidrRange": str(block), "gatewayAddress": str(block[1])})

        return self._operations.carried_out("expandIpCidrRange", _target(found), expand)

    def _region(self, call: Call) -> str:
        region = call.names["region"]
        if region not in self._project.regions:
            raise missing(f"projects/{self._project.id}/regions/{region}")
        return region

    def _network(self, wish: Json) -> str:
        link, field = wish.get("network"), "resource.network"
        name = parsed(link, "global/networks/{name}", field)["name"]
        if name not in self._project.networks:
            raise invalid(
                f"Invalid value for field '{field}': '{link}'. The referenced network resource "
                "cannot be found."
            )
        return str(name)

    def _check_free(self, wanted: Json, block: IPv4Network) -> None:
        """Pass when no other subnetwork of the network has an address of *block*.

        Raises:
            OperationFailed: one has.
        """
        for (region, name), each in sorted(self._project.subnetworks.items()):
            apart = each["selfLink"] == wanted["selfLink"] or each["network"] != wanted["network"]
            if not apart and block.overlaps(IPv4Network(each["ipCidrRange"])):
                raise OperationFailed(
                    "INVALID_USAGE",
                    f"Invalid IPCidrRange: {block} conflicts with existing subnetwork '{name}' in "
                    f"region '{region}'.",
                )

    def _check_unused(self, found: Json) -> None:
        for (zone, name), instance in sorted(self._project.instances.items()):
            used = (each.get("subnetwork") for each in instance["networkInterfaces"])
            if found["selfLink"] in used:
                path = self._path(last(found["region"]), found["name"])
                user = f"projects/{self._project.id}/zones/{zone}/instances/{name}"
                raise Refused(
                    400,
                    f"The subnetwork resource '{path}' is already being used by '{user}'",
                    reason="resourceInUseByAnotherResource",
                )

    def _path(self, region: str, name: str) -> str:
        return f"projects/{self._project.id}/regions/{region}/subnetworks/{name}"


def _target(found: Json) -> Target:
    path = f"regions/{last(found['region'])}/subnetworks/{found['name']}"
    return Target(path=path, id=found["id"])
