"""What can be changed of an instance that exists, and whether it runs."""

from collections.abc import Callable
from functools import partial

from entrypoints.sandbox.gcp.access_configs import with_access, without_access
from entrypoints.sandbox.gcp.errors import Json, Refused, missing, stale
from entrypoints.sandbox.gcp.fingerprints import fingerprint
from entrypoints.sandbox.gcp.links import last
from entrypoints.sandbox.gcp.machine_types import check_machine_type
from entrypoints.sandbox.gcp.metadata import wished_metadata
from entrypoints.sandbox.gcp.names import check_labels, check_name
from entrypoints.sandbox.gcp.operations import Operations, Target, moment
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import COMPUTE
from entrypoints.sandbox.gcp.routing import Call, Route

Change = Callable[[Json, Call], Json]
"""Takes the instance as it is and returns it as it will be."""


class InstanceSettings:
    """Changes instances of *project*."""

    def __init__(self, project: GcpProject, operations: Operations) -> None:
        self._project = project
        self._operations = operations
        self.routes = (
            self._route("setLabels", self._labels),
            self._route("setTags", _tags),
            self._route("setMetadata", _metadata),
            self._route("setMachineType", self._machine_type),
            self._route("setDeletionProtection", _deletion_protection),
            self._route("updateShieldedInstanceConfig", self._shield, method="PATCH"),
            self._route("addAccessConfig", partial(with_access, project)),
            self._route("deleteAccessConfig", without_access),
            self._route("start", _started),
            self._route("stop", lambda found, _: stopped(found)),
        )

    def _route(self, verb: str, change: Change, *, method: str = "POST") -> Route:
        def answer(call: Call) -> Json:
            found = self._instance(call)
            self._project.put(change(found, call))
            path = f"zones/{call.names['zone']}/instances/{found['name']}"
            return self._operations.done(verb, Target(path=path, id=found["id"]))

        path = f"/zones/{{zone}}/instances/{{name}}/{verb}"
        return Route(f"{method} {path}", f"compute.instances.{verb}", answer)

    def _instance(self, call: Call) -> Json:
        zone, name = call.names["zone"], call.names["name"]
        found = self._project.instances.get((zone, name))
        if found is None:
            raise missing(f"projects/{self._project.id}/zones/{zone}/instances/{name}")
        return found

    def _labels(self, found: Json, call: Call) -> Json:
        wish = call.wish
        if wish.get("labelFingerprint") != found["labelFingerprint"]:
            raise stale("Labels fingerprint either invalid or resource labels have changed")
        return relabelled(found, dict(check_labels(wish.get("labels"), "labels")))

    def _machine_type(self, found: Json, call: Call) -> Json:
        _check_stopped(found, "The machine type")
        zone = last(found["zone"])
        name = check_machine_type(call.wish.get("machineType"), zone, "machineType")
        place = f"{COMPUTE}/projects/{self._project.id}/zones/{zone}"
        return {**found, "machineType": f"{place}/machineTypes/{name}"}

    def _shield(self, found: Json, call: Call) -> Json:
        _check_stopped(found, "The shielded configuration")
        config = {**found.get("shieldedInstanceConfig", {}), **call.wish}
        return {**found, "shieldedInstanceConfig": config}


def relabelled(instance: Json, labels: Json) -> Json:
    """Return *instance* with other labels; without any it has no such list."""
    document = {**instance, "labels": labels, "labelFingerprint": fingerprint(labels)}
    return document if labels else {k: v for k, v in document.items() if k != "labels"}


def stopped(instance: Json) -> Json:
    """Return *instance* as it is when it has been stopped, perhaps long ago."""
    if instance["status"] == "TERMINATED":
        return instance
    state = {"status": "TERMINATED", "cpuPlatform": "Unknown CPU Platform"}
    return {**instance, **state, "lastStopTimestamp": moment()}


def _tags(found: Json, call: Call) -> Json:
    wish = call.wish
    if wish.get("fingerprint") != found["tags"]["fingerprint"]:
        raise stale("Supplied fingerprint does not match current tags fingerprint.")
    items = [check_name(each, f"items[{at}]") for at, each in enumerate(wish.get("items") or ())]
    tags: Json = {"fingerprint": fingerprint(items)}
    return {**found, "tags": {**tags, "items": items} if items else tags}


def _metadata(found: Json, call: Call) -> Json:
    wish = call.wish
    if wish.get("fingerprint") != found["metadata"]["fingerprint"]:
        raise stale("Supplied fingerprint does not match current metadata fingerprint.")
    return {**found, "metadata": wished_metadata(wish)}


def _deletion_protection(found: Json, call: Call) -> Json:
    wanted = call.request.query.get("deletionProtection", "true").lower() == "true"
    return {**found, "deletionProtection": wanted}


def _started(found: Json, _: Call) -> Json:
    if found["status"] == "RUNNING":
        return found
    running = {"status": "RUNNING", "cpuPlatform": "Intel Broadwell"}
    return {**found, **running, "lastStartTimestamp": moment()}


def _check_stopped(found: Json, what: str) -> None:
    if found["status"] != "TERMINATED":
        raise Refused(
            400,
            f"Invalid resource usage: '{what} cannot be changed on a started instance. Stop the "
            "instance first.'",
            reason="invalidResourceUsage",
        )
