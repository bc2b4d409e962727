"""What can be done to a resource besides writing it: machines switched, keys of storage told."""

import base64
from collections.abc import Callable, Mapping
from functools import partial

from entrypoints.sandbox.azure.errors import ArmError
from entrypoints.sandbox.azure.ids import MACHINE, STORAGE, ArmPath, parse_path
from entrypoints.sandbox.azure.resources import instance_view
from entrypoints.sandbox.azure.single import existing
from entrypoints.sandbox.azure.tenant import AzureTenant, Document
from entrypoints.sandbox.rest.wire import Reply, json_reply


def action_reply(tenant: AzureTenant, path: ArmPath) -> Reply:
    """Do what *path* says to the resource before its last part, at once.

    Raises:
        ArmError: the resource does not exist, or nothing of that name can be done to it.
    """
    act = _ACTIONS.get(path.type.lower())
    target = parse_path(path.scope)
    if act is None or target is None or path.name is not None:
        raise ArmError(404, "NotFound", f"The sandbox knows no action {path.text}.")
    with tenant.lock:
        return act(tenant, existing(tenant, target))


def _switched(power: str, tenant: AzureTenant, machine: Document) -> Reply:
    view = {"instanceView": instance_view(power)}
    tenant.put({**machine, "properties": machine["properties"] | view})
    return Reply()


def _keys(_: AzureTenant, account: Document) -> Reply:
    value = base64.b64encode(account["id"].lower().encode()).decode()
    names = ("key1", "key2")
    return json_reply(
        {"keys": [{"keyName": name, "value": value, "permissions": "FULL"} for name in names]}
    )


_ACTIONS: Mapping[str, Callable[[AzureTenant, Document], Reply]] = {
    f"{MACHINE}/start".lower(): partial(_switched, "running"),
    f"{MACHINE}/restart".lower(): partial(_switched, "running"),
    f"{MACHINE}/powerOff".lower(): partial(_switched, "stopped"),
    f"{MACHINE}/deallocate".lower(): partial(_switched, "deallocated"),
    f"{STORAGE}/listKeys".lower(): _keys,
}
