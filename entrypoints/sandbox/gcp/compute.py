"""The compute service, version 1: zones, instances and networks."""

from collections.abc import Iterator, Mapping
from typing import Any

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.compute_changes import changing_routes
from entrypoints.sandbox.gcp.errors import Json, Refused, missing, not_found, zone_trouble
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import COMPUTE
from entrypoints.sandbox.gcp.routing import LARGEST_PAGE, Call, Route, find, listing, page
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

PREFIX = "/compute/v1/projects/"


class ComputeApi:
    """Answers what is below `PREFIX`."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        self._routes = (
            Route("GET ", "compute.projects.get", self._get_project),
            Route("GET /zones", "compute.zones.list", self._list_zones),
            Route("GET /aggregated/instances", "compute.instances.list", self._list_everywhere),
            Route("GET /zones/{zone}/instances", "compute.instances.list", self._list_instances),
            Route("GET /zones/{zone}/instances/{name}", "compute.instances.get", self._instance),
            Route("GET /global/networks", "compute.networks.list", self._list_networks),
            Route("GET /global/networks/{name}", "compute.networks.get", self._network),
            *changing_routes(project),
        )

    def __call__(self, request: Request) -> Reply:
        """Return the answer.

        Raises:
            Refused: the answer is an error.
        """
        named, _, below = request.path.removeprefix(PREFIX).partition("/")
        if named != self._project.id:
            raise missing(f"projects/{named}")
        self._project.check_enabled("compute")
        found = find(self._routes, request, f"/{below}" if below else "")
        if found is None:
            raise not_found("The requested URL was not found on this server.")
        route, call = found
        self._check(route.permission)
        with self._project.lock:
            return json_reply(route.answer(call))

    def _check(self, permission: str) -> None:
        if permission and not self._project.permits(permission):
            place = f"projects/{self._project.id}"
            raise Refused(
                403, f"Required '{permission}' permission for '{place}'", reason="forbidden"
            )

    def _get_project(self, _: Call) -> Json:
        return dict(self._project.document())

    def _list_zones(self, call: Call) -> Json:
        zones = [resources.zone(self._project.id, name) for name in self._project.zones]
        return self._listing(call, "zones", "compute#zoneList", zones)

    def _list_instances(self, call: Call) -> Json:
        zone = self._zone(call.names["zone"])
        if not self._project.answers(zone):
            raise zone_trouble(zone)
        instances = [each for place, each in self._instances() if place == zone]
        return self._listing(call, f"zones/{zone}/instances", "compute#instanceList", instances)

    def _list_everywhere(self, call: Call) -> Json:
        silent = [zone for zone in self._project.zones if not self._project.answers(zone)]
        if silent and not call.flag("returnPartialSuccess"):
            raise zone_trouble(silent[0])
        instances = [pair for pair in self._instances() if pair[0] not in silent]
        shown, token = page(call, instances, largest=LARGEST_PAGE)
        scopes: dict[str, Json] = {}
        for zone in self._project.zones:
            here = [each for place, each in shown if place == zone]
            scopes[f"zones/{zone}"] = {"instances": here} if here else _nothing(zone)
        for zone in silent:
            scopes[f"zones/{zone}"] = {"warning": _warning("UNREACHABLE", zone)}
        return self._aggregated(scopes, token, silent)

    def _aggregated(self, scopes: Json, token: str | None, silent: list[str]) -> Json:
        place = f"projects/{self._project.id}"
        document: Json = {
            "kind": "compute#instanceAggregatedList",
            "id": f"{place}/aggregated/instances",
            "items": scopes,
            "selfLink": f"{COMPUTE}/{place}/aggregated/instances",
        }
        if token:
            document["nextPageToken"] = token
        if silent:
            document["unreachables"] = [f"{place}/zones/{zone}" for zone in silent]
            document["warning"] = {
                "code": "PARTIAL_SUCCESS",
                "message": "Some of the results may be missing.",
            }
        return document

    def _instance(self, call: Call) -> Json:
        zone, name = self._zone(call.names["zone"]), call.names["name"]
        if not self._project.answers(zone):
            raise zone_trouble(zone)
        found = self._project.instances.get((zone, name))
        if found is None:
            raise missing(f"projects/{self._project.id}/zones/{zone}/instances/{name}")
        return found

    def _list_networks(self, call: Call) -> Json:
        networks = [self._project.networks[name] for name in sorted(self._project.networks)]
        return self._listing(call, "global/networks", "compute#networkList", networks)

    def _network(self, call: Call) -> Json:
        found = self._project.networks.get(call.names["name"])
        if found is None:
            raise missing(f"projects/{self._project.id}/global/networks/{call.names['name']}")
        return found

    def _instances(self) -> Iterator[tuple[str, Json]]:
        """Yield every instance with its zone, by zone and name."""
        for zone, name in sorted(self._project.instances):
            yield zone, self._project.instances[zone, name]

    def _zone(self, name: str) -> str:
        if name not in self._project.zones:
            raise missing(f"projects/{self._project.id}/zones/{name}")
        return name

    def _listing(self, call: Call, path: str, kind: str, items: list[Json]) -> Json:
        return listing(call, f"projects/{self._project.id}/{path}", kind, items)


def _nothing(zone: str) -> Json:
    return {"warning": _warning("NO_RESULTS_ON_PAGE", zone)}


def _warning(code: str, zone: str) -> Mapping[str, Any]:
    messages = {
        "NO_RESULTS_ON_PAGE": f"There are no results for scope 'zones/{zone}' on this page.",
        "UNREACHABLE": f"The zone '{zone}' is unreachable.",
    }
    data = [{"key": "scope", "value": f"zones/{zone}"}]
    return {"code": code, "message": messages[code], "data": data}
