"""What the compute service did: each change is an operation, to look at until it is done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json, not_found
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.resources import COMPUTE
from entrypoints.sandbox.gcp.routing import Call, Route

_WORDS = {400: "BAD REQUEST", 403: "FORBIDDEN", 503: "SERVICE UNAVAILABLE"}

_AT_THE_END = frozenset({"endTime", "error", "httpErrorStatusCode", "httpErrorMessage"})


class OperationFailed(Exception):
    """A request that was accepted came to nothing; the operation says why."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What an operation is about."""

    path: str
    """Below the project: "zones/europe-west1-b/instances/web"."""
    id: str

    @property
    def place(self) -> str:
        """The zone, the region, or "global"."""
        kind, _, rest = self.path.partition("/")
        return kind if kind == "global" else f"{kind}/{rest.partition('/')[0]}"


class Operations:
    """Records what is done in *project*, and tells of it."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        self._looks: dict[str, int] = {}
        """How often each operation will still say that it is not done."""
        self.routes = tuple(
            Route(f"{method} /{place}/operations/{{name}}{end}", permission, self._find)
            for place, permission in (
                ("zones/{zone}", "compute.zoneOperations.get"),
                ("regions/{region}", "compute.regionOperations.get"),
                ("global", "compute.globalOperations.get"),
            )
            for method, end in (("GET", ""), ("POST", "/wait"))
        )

    def carried_out(self, kind: str, target: Target, change: Callable[[], None]) -> Json:
        """Let *change* happen and return the operation, which may have failed.

        Raises:
            Refused: the change is refused before it becomes an operation.
        """
        try:
            change()
        except OperationFailed as failed:
            return self._recorded(kind, target, failed)
        return self.done(kind, target)

    def done(self, kind: str, target: Target) -> Json:
        """Return the operation of a change that was made."""
        return self._recorded(kind, target, None)

    def _recorded(self, kind: str, target: Target, failed: OperationFailed | None) -> Json:
        number = len(self._project.operations) + 1
        name = f"operation-{number:013d}-{target.id}"
        operation = {**self._document(kind, target, name), **(_error(failed) if failed else {})}
        self._project.operations[name] = operation
        self._looks[name] = self._project.slowness
        return self._seen(operation)

    def _document(self, kind: str, target: Target, name: str) -> Json:
        place, now = f"{COMPUTE}/projects/{self._project.id}", moment()
        document: Json = {
            "kind": "compute#operation",
            "id": resources.unique_id("operation", name),
            "name": name,
            "operationType": kind,
            "targetLink": f"{place}/{target.path}",
            "targetId": target.id,
            "status": "DONE",
            "user": self._project.account.email,
            "progress": 100,
            "insertTime": now,
            "startTime": now,
            "endTime": now,
            "selfLink": f"{place}/{target.place}/operations/{name}",
        }
        if target.place != "global":
            document[target.place.partition("s/")[0]] = f"{place}/{target.place}"
        return document

    def _find(self, call: Call) -> Json:
        found = self._project.operations.get(call.names["name"])
        if found is None:
            raise not_found(
                f"The resource 'projects/{self._project.id}/operations/{call.names['name']}' "
                "was not found"
            )
        return self._seen(found)

    def _seen(self, operation: Json) -> Json:
        """Return the operation as it is told now; what was changed is changed already."""
        if self._looks[operation["name"]] <= 0:
            return operation
        self._looks[operation["name"]] -= 1
        told = {name: operation[name] for name in operation.keys() - _AT_THE_END}
        return {**told, "status": "RUNNING", "progress": 0}


def moment() -> str:
    """Return this moment as the compute service spells it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _error(failed: OperationFailed) -> Json:
    return {
        "error": {"errors": [{"code": failed.code, "message": failed.message}]},
        "httpErrorStatusCode": failed.status,
        "httpErrorMessage": _WORDS[failed.status],
    }
