"""Instances: created with their disks, and deleted."""

from entrypoints.sandbox.gcp.errors import Json, Refused, missing, taken, zone_trouble
from entrypoints.sandbox.gcp.launch import launched
from entrypoints.sandbox.gcp.links import last
from entrypoints.sandbox.gcp.names import check_name
from entrypoints.sandbox.gcp.operations import OperationFailed, Operations, Target, moment
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import unique_id
from entrypoints.sandbox.gcp.routing import Call, Route


class InstanceChanges:
    """Creates and deletes instances in *project*."""

    def __init__(self, project: GcpProject, operations: Operations) -> None:
        self._project = project
        self._operations = operations
        all_, one = "/zones/{zone}/instances", "/zones/{zone}/instances/{name}"
        self.routes = (
            Route(f"POST {all_}", "compute.instances.create", self._insert),
            Route(f"DELETE {one}", "compute.instances.delete", self._delete),
            Route("GET /zones/{zone}/disks/{name}", "compute.disks.get", self._disk),
        )

    def _insert(self, call: Call) -> Json:
        zone, wish = self._zone(call), call.wish
        name, now = check_name(wish.get("name")), moment()
        if (zone, name) in self._project.instances:
            raise taken(self._path(zone, name))
        launch = launched(self._project, zone, wish, now=now)
        target = Target(
            path=f"zones/{zone}/instances/{name}",
            id=unique_id("instance", self._project.id, zone, name, now),
        )

        def insert() -> None:
            self._check_room(zone)
            self._project.put(launch.instance())
            for disk in launch.disks:
                self._project.disks[zone, disk["name"]] = disk

        return self._operations.carried_out("insert", target, insert)

    def _delete(self, call: Call) -> Json:
        zone, name = self._zone(call), call.names["name"]
        found = self._project.instances.get((zone, name))
        if found is None:
            raise missing(self._path(zone, name))
        if found.get("deletionProtection"):
            raise Refused(
                400,
                f"Invalid resource usage: 'Resource '{self._path(zone, name)}' is protected "
                "against deletion. Remove its deletion protection and try again.'",
                reason="invalidResourceUsage",
            )
        del self._project.instances[zone, name]
        for disk in found["disks"]:
            if disk["autoDelete"]:
                self._project.disks.pop((zone, last(disk["source"])), None)
        return self._operations.done(
            "delete", Target(path=f"zones/{zone}/instances/{name}", id=found["id"])
        )

    def _disk(self, call: Call) -> Json:
        zone, name = self._zone(call), call.names["name"]
        found = self._project.disks.get((zone, name))
        if found is None:
            raise missing(f"projects/{self._project.id}/zones/{zone}/disks/{name}")
        return found

    def _zone(self, call: Call) -> str:
        zone = call.names["zone"]
        if zone not in self._project.zones:
            raise missing(f"projects/{self._project.id}/zones/{zone}")
        if not self._project.answers(zone):
            raise zone_trouble(zone)
        return zone

    def _check_room(self, zone: str) -> None:
        if not self._project.has_room(zone):
            raise OperationFailed(
                "ZONE_RESOURCE_POOL_EXHAUSTED",
                f"The zone 'projects/{self._project.id}/zones/{zone}' does not have enough "
                "resources available to fulfill the request. Try a different zone, or try again "
                "later.",
                status=503,
            )

    def _path(self, zone: str, name: str) -> str:
        return f"projects/{self._project.id}/zones/{zone}/instances/{name}"
