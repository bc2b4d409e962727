"""What Terraform in memory writes: its lines, its state and its plan."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from domain.inventory import Json
from domain.terraform import Address, ChangeAction, EventType, LogLevel

_ADDRESS: Final = re.compile(r"(?P<type>\w+)\.(?P<name>\w+)(?:\[(?P<key>.+)\])?")
_ACTIONS: Final[Mapping[ChangeAction, list[Json]]] = {
    ChangeAction.REPLACE: ["delete", "create"],
    ChangeAction.IMPORT: ["no-op"],
    ChangeAction.NOOP: ["no-op"],
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line before it has a place in a log."""

    type: EventType
    message: str
    level: LogLevel = LogLevel.INFO
    address: Address | None = None
    action: ChangeAction | None = None
    cloud_id: str | None = None
    at: datetime = field(default_factory=lambda: datetime.now(UTC))


def about(
    kind: EventType, action: ChangeAction, address: Address, cloud_id: str | None = None
) -> Line:
    """Return what is said of one object."""
    message = f"{address}: {kind.replace('_', ' ')} ({action})"
    return Line(type=kind, message=message, address=address, action=action, cloud_id=cloud_id)


def complaint(message: str, address: Address | None = None) -> Line:
    """Return what is said of a failure."""
    return Line(type=EventType.DIAGNOSTIC, message=message, level=LogLevel.ERROR, address=address)


def remark(message: str) -> Line:
    """Return anything else that is said."""
    return Line(type=EventType.OTHER, message=message)


def summary(message: str) -> Line:
    """Return what is said last."""
    return Line(type=EventType.CHANGE_SUMMARY, message=message)


def type_of(address: Address) -> str:
    """Return Terraform's word for what is at *address*."""
    return str(_parts(address)["type"])


def state_text(
    *,
    lineage: str,
    serial: int,
    objects: Mapping[Address, Mapping[str, Json]],
    tainted: frozenset[Address] = frozenset(),
    outputs: Mapping[str, Json],
) -> str:
    """Return a state with these *objects*, by their attributes."""
    resources: dict[tuple[str, str], dict[str, Any]] = {}
    for address, attributes in objects.items():
        parts = _parts(address)
        resource = resources.setdefault(
            (parts["type"], parts["name"]),
            {"mode": "managed", "type": parts["type"], "name": parts["name"], "instances": []},
        )
        instance: dict[str, Any] = {"attributes": dict(attributes)}
        if parts["key"] is not None:
            instance["index_key"] = json.loads(parts["key"])
        if address in tainted:
            instance["status"] = "tainted"
        resource["instances"].append(instance)
    return json.dumps(
        {
            "version": 4,
            "serial": serial,
            "lineage": lineage,
            "outputs": dict(outputs),
            "resources": list(resources.values()),
        }
    )


def plan_text(
    changes: Mapping[Address, ChangeAction],
    found: Mapping[Address, tuple[str, Mapping[str, str]]],
) -> dict[str, Json]:
    """Return a plan of these *changes* as one document.

    *found* are the ids and the tags of what is taken over.
    """
    return {
        "format_version": "1.2",
        "resource_changes": [
            _change(address, action, found.get(address)) for address, action in changes.items()
        ],
    }


def _change(
    address: Address, action: ChangeAction, found: tuple[str, Mapping[str, str]] | None
) -> Json:
    change: dict[str, Json] = {"actions": _ACTIONS.get(action, [str(action)])}
    if found is not None and action is ChangeAction.IMPORT:
        cloud_id, tags = found
        change |= {"importing": {"id": cloud_id}, "before": {"id": cloud_id, "tags": {**tags}}}
    return {"address": address, "mode": "managed", "type": type_of(address), "change": change}


def _parts(address: Address) -> Mapping[str, Any]:
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise ValueError(address)
    return found.groupdict()
