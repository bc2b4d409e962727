"""One resource: read, created, changed, removed; all of it done when it is answered."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from entrypoints.sandbox.azure.creation import completed
from entrypoints.sandbox.azure.errors import (
    ArmError,
    bad_request,
    no_resource,
    no_resource_group,
)
from entrypoints.sandbox.azure.ids import GROUP, MACHINE, NETWORK, STORAGE, ArmPath, parse_path
from entrypoints.sandbox.azure.listing import without_view
from entrypoints.sandbox.azure.references import check_references, check_unused, linked
from entrypoints.sandbox.azure.subnets import addressed, check_ranges, with_subnets
from entrypoints.sandbox.azure.tenant import AzureTenant, Document
from entrypoints.sandbox.azure.wishes import check_wish, normal_place
from entrypoints.sandbox.rest.wire import Reply, Request, json_reply


def resource_reply(tenant: AzureTenant, request: Request, path: ArmPath) -> Reply:
    """Return the answer to a question about the resource that *path* leads to.

    Raises:
        ArmError: it does not exist, or cannot be what it should be.
    """
    with tenant.lock:
        return _METHODS[request.method](tenant, request, path)


def instance_view_reply(tenant: AzureTenant, path: ArmPath) -> Reply:
    """Return what the machine does whose own list of views *path* leads to.

    Raises:
        ArmError: there is no such machine.
    """
    machine = parse_path(path.scope)
    if machine is None:
        raise bad_request(f"Nothing is at {path.text}.")
    return json_reply(existing(tenant, machine)["properties"]["instanceView"])


def _read(tenant: AzureTenant, request: Request, path: ArmPath) -> Reply:
    return json_reply(_told(tenant, existing(tenant, path), request))


def _exists(tenant: AzureTenant, _: Request, path: ArmPath) -> Reply:
    return Reply(status=204 if tenant.find(path.text) else 404)


def _create(tenant: AzureTenant, request: Request, path: ArmPath) -> Reply:
    before = tenant.find(path.text)
    if path.type.lower() != GROUP.lower() and tenant.find(_group_of(path)) is None:
        raise no_resource_group(path.group)
    wished = _body(request)
    if before is not None:
        wished = _merged(before, wished)
    elif not wished.get("location") and path.scope.lower() == _group_of(path).lower():
        raise ArmError(400, "LocationRequired", "The location property is required for this.")
    made = _written(tenant, path, wished, before)
    created = _CREATED.get(path.type.lower(), 201)
    return json_reply(_told(tenant, made, request), status=created if before is None else 200)


def _change(tenant: AzureTenant, request: Request, path: ArmPath) -> Reply:
    before = existing(tenant, path)
    changed = _written(tenant, path, _merged(before, _body(request)), before)
    return json_reply(_told(tenant, changed, request))


def _written(
    tenant: AzureTenant, path: ArmPath, wished: Document, before: Document | None
) -> Document:
    """Put what is wished, as soon as nothing speaks against it, and what tells of it."""
    wished = deepcopy(wished) | {"id": path.text, "name": path.name, "type": path.type}
    if before is not None:
        wished |= {name: before[name] for name in ("id", "name", "type")}
    if wished.get("location"):
        wished["location"] = normal_place(wished["location"])
    check_wish(wished, before)
    check_ranges(tenant, wished)
    check_references(tenant, wished)
    made = completed(addressed(tenant, wished), now=tenant.now())
    tenant.put(made, *linked(tenant, before, made))
    return made


def _remove(tenant: AzureTenant, _: Request, path: ArmPath) -> Reply:
    found = tenant.find(path.text)
    if found is not None:
        check_unused(tenant, found)
        tenant.put(*linked(tenant, found, None))
        tenant.remove(path.text)
        return Reply()
    if path.type.lower() == GROUP.lower():
        raise no_resource_group(path.name or "")
    return Reply(status=204)


def existing(tenant: AzureTenant, path: ArmPath) -> Document:
    """Return the resource that *path* leads to.

    Raises:
        ArmError: it, or the group it should be in, does not exist.
    """
    document = tenant.find(path.text)
    if document is not None:
        return document
    if path.type.lower() == GROUP.lower():
        raise no_resource_group(path.name or "")
    if tenant.find(_group_of(path)) is None:
        raise no_resource_group(path.group)
    raise no_resource(path.type, path.name or "", path.group)


def _group_of(path: ArmPath) -> str:
    return f"/subscriptions/{path.subscription}/resourceGroups/{path.group}"


def _body(request: Request) -> Document:
    try:
        document = request.document
    except ValueError as exc:
        raise bad_request("The request content was invalid and could not be deserialized.") from exc
    if not isinstance(document, dict):
        raise bad_request("The request content was invalid: it is no object.")
    return document


def _merged(before: Document, wished: Document) -> Document:
    both: dict[str, Any] = {**before, **wished}
    both["properties"] = {**before["properties"], **(wished.get("properties") or {})}
    return both


def _told(tenant: AzureTenant, document: Document, request: Request) -> Document:
    match document["type"].lower():
        case kind if kind == NETWORK.lower():
            return with_subnets(tenant, document)
        case kind if kind == MACHINE.lower():
            asked = request.query.get("$expand", "").lower()
            return document if asked == "instanceview" else without_view(document)
        case _:
            return document


_CREATED = {STORAGE.lower(): 200}
"""The status of what is new, where it is not 201."""

_METHODS: Mapping[str, Callable[[AzureTenant, Request, ArmPath], Reply]] = {
    "GET": _read,
    "HEAD": _exists,
    "PUT": _create,
    "PATCH": _change,
    "DELETE": _remove,
}
