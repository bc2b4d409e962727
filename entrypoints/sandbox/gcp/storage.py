"""The storage service's JSON interface, version 1: buckets, and the names of what is in them."""

from datetime import UTC, datetime

from entrypoints.sandbox.gcp.buckets import bucket_of, patched
from entrypoints.sandbox.gcp.errors import Json, Refused, invalid, not_found
from entrypoints.sandbox.gcp.project import GcpProject
from entrypoints.sandbox.gcp.routing import Call, Route, find, page
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

PREFIX = "/storage/v1/"
_LARGEST_PAGE = 1000
_TAKEN = (
    "The requested bucket name is not available. The bucket namespace is shared by all users of "
    "the system. Please select a different name and try again."
)


class StorageApi:
    """Answers what is below `PREFIX`."""

    def __init__(self, project: GcpProject) -> None:
        self._project = project
        self._routes = (
            Route("GET b", "storage.buckets.list", self._list),
            Route("POST b", "storage.buckets.create", self._insert),
            Route("GET b/{name}", "storage.buckets.get", self._get),
            Route("PATCH b/{name}", "storage.buckets.update", self._patch),
            Route("DELETE b/{name}", "storage.buckets.delete", self._delete),
            Route("GET b/{name}/o", "storage.objects.list", self._objects),
            Route("DELETE b/{name}/o/{object}", "storage.objects.delete", self._delete_object),
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
        made = bucket_of(call.wish, now=datetime.now(UTC))
        if self._project.is_taken_elsewhere(made["name"]):
            raise Refused(409, _TAKEN, reason="conflict")
        if made["name"] in self._project.buckets:
            message = (
                "Your previous request to create the named bucket succeeded and you already own it."
            )
            raise Refused(409, message, reason="conflict")
        self._project.put(made)
        return self._project.buckets[made["name"]]

    def _get(self, call: Call) -> Json:
        found = self._project.buckets.get(call.names["name"])
        if found is None:
            raise not_found("The specified bucket does not exist.")
        return found

    def _patch(self, call: Call) -> Json:
        changed = patched(self._get(call), call.wish, now=datetime.now(UTC))
        self._project.put(changed)
        return changed

    def _delete(self, call: Call) -> Json:
        name = self._get(call)["name"]
        if self._project.objects.get(name):
            message = "The bucket you tried to delete is not empty."
            raise Refused(409, message, reason="conflict")
        del self._project.buckets[name]
        self._project.objects.pop(name, None)
        return {}

    def _objects(self, call: Call) -> Json:
        bucket = self._get(call)["name"]
        names = sorted(self._project.objects.get(bucket, ()))
        shown, token = page(call, names, largest=_LARGEST_PAGE)
        document: Json = {"kind": "storage#objects"}
        if shown:
            document["items"] = [
                {"kind": "storage#object", "bucket": bucket, "name": each} for each in shown
            ]
        return {**document, "nextPageToken": token} if token else document

    def _delete_object(self, call: Call) -> Json:
        bucket, name = self._get(call)["name"], call.names["object"]
        if name not in self._project.objects.get(bucket, ()):
            raise not_found(f"No such object: {bucket}/{name}")
        self._project.objects[bucket].discard(name)
        return {}

    def _buckets(self) -> list[Json]:
        return [self._project.buckets[name] for name in sorted(self._project.buckets)]

    def _hides(self, bucket: Json) -> bool:
        return not self._project.answers(bucket["location"])

    def _check_project(self, call: Call) -> None:
        asked = call.request.query.get("project", "")
        if asked not in {self._project.id, self._project.number}:
            raise invalid(f"Unknown project id: {asked}")
