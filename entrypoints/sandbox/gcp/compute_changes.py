"""What the compute service creates and deletes: done when it is asked for, told as an operation."""

from datetime import UTC, datetime
from typing import Any

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json, Refused, invalid, not_found
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import COMPUTE
from entrypoints.sandbox.gcp.routing import Call, Route


class ComputeChanges:
    """Creates and deletes in *project*."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        instances, networks = "zones/{zone}/instances", "global/networks"
        local, everywhere = "zones/{zone}/operations/{name}", "global/operations/{name}"
        self.routes = (
            Route(f"POST /{instances}", "compute.instances.create", self._insert_instance),
            Route(
                f"DELETE /{instances}/{{name}}", "compute.instances.delete", self._delete_instance
            ),
            Route(f"POST /{networks}", "compute.networks.create", self._insert_network),
            Route(f"DELETE /{networks}/{{name}}", "compute.networks.delete", self._delete_network),
            Route(f"GET /{local}", "compute.zoneOperations.get", self._operation),
            Route(f"POST /{local}/wait", "compute.zoneOperations.get", self._operation),
            Route(f"GET /{everywhere}", "compute.globalOperations.get", self._operation),
            Route(f"POST /{everywhere}/wait", "compute.globalOperations.get", self._operation),
        )

    def _insert_instance(self, call: Call) -> Json:
        zone, wish = call.names["zone"], _wish(call)
        path = f"zones/{zone}/instances/{wish['name']}"
        if zone not in self._project.zones:
            raise self._missing(f"zones/{zone}")
        if (zone, wish["name"]) in self._project.instances:
            raise self._taken(path)
        made = resources.instance(
            self._project.id,
            zone,
            wish["name"],
            machine_type=_last(wish.get("machineType", "e2-medium")),
            labels=wish.get("labels"),
            network_tags=wish.get("tags", {}).get("items", ()),
            network=_last(_first(wish.get("networkInterfaces")).get("network", "default")),
            public_ip="34.89.17.4" if _wants_address(wish) else None,
            spot=wish.get("scheduling", {}).get("provisioningModel") == "SPOT",
            created=_now(),
        )
        self._project.put(made)
        return self._done("insert", path, made["id"], zone=zone)

    def _delete_instance(self, call: Call) -> Json:
        zone, name = call.names["zone"], call.names["name"]
        path = f"zones/{zone}/instances/{name}"
        gone = self._project.instances.pop((zone, name), None)
        if gone is None:
            raise self._missing(path)
        return self._done("delete", path, gone["id"], zone=zone)

    def _insert_network(self, call: Call) -> Json:
        wish = _wish(call)
        path = f"global/networks/{wish['name']}"
        if wish["name"] in self._project.networks:
            raise self._taken(path)
        made = resources.network(
            self._project.id,
            wish["name"],
            auto_subnets=bool(wish.get("autoCreateSubnetworks", True)),
            routing_mode=wish.get("routingConfig", {}).get("routingMode", "REGIONAL"),
            mtu=int(wish.get("mtu", 1460)),
            created=_now(),
        )
        if wish.get("description"):
            made["description"] = wish["description"]
        self._project.put(made)
        return self._done("insert", path, made["id"])

    def _delete_network(self, call: Call) -> Json:
        path = f"global/networks/{call.names['name']}"
        gone = self._project.networks.pop(call.names["name"], None)
        if gone is None:
            raise self._missing(path)
        return self._done("delete", path, gone["id"])

    def _operation(self, call: Call) -> Json:
        found = self._project.operations.get(call.names["name"])
        if found is None:
            raise self._missing(f"operations/{call.names['name']}")
        return found

    def _done(self, kind: str, path: str, target: str, *, zone: str | None = None) -> Json:
        place = f"{COMPUTE}/projects/{self._project.id}"
        where = f"zones/{zone}" if zone else "global"
        now, number = _now(), len(self._project.operations) + 1
        name = f"operation-{number:013d}-{target}"
        operation: Json = {
            "kind": "compute#operation",
            "id": resources.unique_id("operation", name),
            "name": name,
            "operationType": kind,
            "targetLink": f"{place}/{path}",
            "targetId": target,
            "status": "DONE",
            "user": self._project.account.email,
            "progress": 100,
            "insertTime": now,
            "startTime": now,
            "endTime": now,
            "selfLink": f"{place}/{where}/operations/{name}",
        }
        if zone:
            operation["zone"] = f"{place}/{where}"
        self._project.operations[name] = operation
        return operation

    def _missing(self, path: str) -> Refused:
        return not_found(f"The resource 'projects/{self._project.id}/{path}' was not found")

    def _taken(self, path: str) -> Refused:
        message = f"The resource 'projects/{self._project.id}/{path}' already exists"
        return Refused(409, message, reason="alreadyExists")


def _wish(call: Call) -> Json:
    wish = call.wish
    if not wish.get("name"):
        raise invalid("Invalid value for field 'resource.name': ''. It must not be empty.")
    return wish


def _wants_address(wish: Json) -> bool:
    return bool(_first(wish.get("networkInterfaces")).get("accessConfigs"))


def _first(documents: Any) -> Json:  # noqa: ANN401 - JSON
    return documents[0] if documents else {}


def _last(link: str) -> str:
    return link.rpartition("/")[2]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
