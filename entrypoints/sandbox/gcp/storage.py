"""The storage service's JSON interface, version 1: buckets."""

from datetime import UTC, datetime

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.errors import Json, Refused, invalid, not_found
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call, Route, find, page
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

PREFIX = "/storage/v1/"
_LARGEST_PAGE = 1000


class StorageApi:
    """Answers what is below `PREFIX`."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        self._routes = (
            Route("GET b", "storage.buckets.list", self._list),
            Route("POST b", "storage.buckets.create", self._insert),
            Route("GET b/{name}", "storage.buckets.get", self._get),
            Route("DELETE b/{name}", "storage.buckets.delete", self._delete),
        )

    def __call__(self, request: Request) -> Reply:
        """Return the answer.

        Raises:
            Refused: the answer is an error.
        """
        found = find(self._routes, request, request.path.removeprefix(PREFIX))
        if found is None:
            raise not_found("Not Found")
        route, call = found
        self._project.check_enabled("storage")
        self._check(route.permission, call.names.get("name"))
        with self._project.lock:
            document = route.answer(call)
        return json_reply(document) if document else Reply(status=204)

    def _check(self, permission: str, bucket: str | None) -> None:
        if self._project.permits(permission):
            return
        place = "bucket" if bucket else "project"
        message = (
            f"{self._project.account.email} does not have {permission} access to the Google Cloud "
            f"{place}. Permission '{permission}' denied on resource (or it may not exist)."
        )
        raise Refused(403, message, reason="forbidden")

    def _list(self, call: Call) -> Json:
        self._check_project(call)
        silent = [
            f"projects/_/buckets/{each['name']}" for each in self._buckets() if self._hides(each)
        ]
        if silent and not call.flag("returnPartialSuccess"):
            raise Refused(503, "Backend Error", reason="backendError")
        reachable = [each for each in self._buckets() if not self._hides(each)]
        shown, token = page(call, reachable, largest=_LARGEST_PAGE)
        document: Json = {"kind": "storage#buckets"}
        if shown:  # an empty list is left out
            document["items"] = list(shown)
        if token:
            document["nextPageToken"] = token
        if silent:
            document["unreachable"] = silent
        return document

    def _insert(self, call: Call) -> Json:
        self._check_project(call)
        wish = call.wish
        if not wish.get("name"):
            raise Refused(400, "Required", reason="required")
        if wish["name"] in self._project.buckets:
            message = (
                "Your previous request to create the named bucket succeeded and you already own it."
            )
            raise Refused(409, message, reason="conflict")
        made = resources.bucket(
            wish["name"],
            location=wish.get("location", "US").upper(),
            storage_class=wish.get("storageClass", "STANDARD"),
            labels=wish.get("labels"),
            versioning=wish.get("versioning", {}).get("enabled"),
            created=datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        )
        self._project.put(made)
        return self._project.buckets[wish["name"]]

    def _get(self, call: Call) -> Json:
        found = self._project.buckets.get(call.names["name"])
        if found is None:
            raise not_found("The specified bucket does not exist.")
        return found

    def _delete(self, call: Call) -> Json:
        if self._project.buckets.pop(call.names["name"], None) is None:
            raise not_found("The specified bucket does not exist.")
        return {}

    def _buckets(self) -> list[Json]:
        return [self._project.buckets[name] for name in sorted(self._project.buckets)]

    def _hides(self, bucket: Json) -> bool:
        return not self._project.answers(bucket["location"])

    def _check_project(self, call: Call) -> None:
        asked = call.request.query.get("project", "")
        if asked not in {self._project.id, self._project.number}:
            raise invalid(f"Unknown project id: {asked}")
