"""Lists of resources, page by page."""

import base64
import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from entrypoints.sandbox.azure.errors import bad_request
from entrypoints.sandbox.azure.ids import GROUP, MACHINE, ArmPath
from entrypoints.sandbox.azure.tenant import AzureTenant, Document
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply

_TAGGED = re.compile(r"tagName eq '(?P<name>[^']*)' and tagValue eq '(?P<value>[^']*)'")
_GROUP_IN_ID = re.compile(r"(?<=/resourceGroups/)[^/]+", re.IGNORECASE)


def page_of(tenant: AzureTenant, request: Request, path: ArmPath) -> Reply:
    """Return one page of the resources that *path* leads to.

    Raises:
        ArmError: the page or the filter that is asked for makes no sense.
    """
    found = _filtered(tenant.listed(path.scope, path.type), request.query.get("$filter"))
    after = _last_seen(request.query.get("$skiptoken"))
    left = [document for document in found if document["id"].lower() > after]
    size = _page_size(tenant, request, path)
    page = [_told(document, request, path) for document in left[:size]]
    document: dict[str, Any] = {"value": page}
    if len(left) > size:
        document["nextLink"] = next_link(request, left[size - 1]["id"].lower())
    return json_reply(document)


def next_link(request: Request, token: str) -> str:
    """Return where the page after *token* is, as an address of the server that was asked."""
    opaque = base64.urlsafe_b64encode(token.encode()).decode()
    query = urlencode({**request.query, "$skiptoken": opaque})
    return f"https://{request.headers['host']}{request.path}?{query}"


def without_view(machine: Document) -> Document:
    """Return a machine as it is told when nobody asks whether it runs."""
    return {
        **machine,
        "properties": {k: v for k, v in machine["properties"].items() if k != "instanceView"},
    }


def is_for_status(request: Request) -> bool:
    """Tell whether what machines are doing is asked for, and nothing else."""
    return request.query.get("statusOnly", "").lower() == "true"


def shouted(machine: Document) -> Document:
    """Write the resource group in capitals, as the list of a whole subscription does."""
    loud = _GROUP_IN_ID.sub(lambda found: found[0].upper(), machine["id"])
    return {**machine, "id": loud}


def status_alone(machine: Document) -> Document:
    """Return a machine as it is told when only what it is doing is asked for."""
    kept = ("provisioningState", "vmId", "instanceView")
    properties = {k: v for k, v in machine["properties"].items() if k in kept}
    return {k: v for k, v in machine.items() if k != "tags"} | {"properties": properties}


def _page_size(tenant: AzureTenant, request: Request, path: ArmPath) -> int:
    size = tenant.page_size(path.type)
    if path.type.lower() != GROUP.lower():
        return size
    return min(size, int(request.query.get("$top", size)))


def _last_seen(token: str | None) -> str:
    try:
        return base64.urlsafe_b64decode(token or "").decode()
    except ValueError as exc:
        raise bad_request("The provided skip token is invalid.") from exc


def _filtered(found: list[Document], wanted: str | None) -> Sequence[Document]:
    if not wanted:
        return found
    match = _TAGGED.fullmatch(wanted)
    if match is None:
        raise bad_request(f"The sandbox does not understand the filter {wanted!r}.")
    return [each for each in found if (each.get("tags") or {}).get(match["name"]) == match["value"]]


def _told(document: Document, request: Request, path: ArmPath) -> Document:
    if path.type.lower() != MACHINE.lower():
        return document
    machine = document if path.group else shouted(document)
    return status_alone(machine) if is_for_status(request) else without_view(machine)
