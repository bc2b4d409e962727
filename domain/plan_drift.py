"""What a plan says has changed in the cloud since the last apply; pure.

The document is what `terraform show -json` tells of a plan, as in `domain.adoption`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.terraform import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftedObject:
    """One object that is otherwise than Terraform left it."""

    address: Address
    gone: bool
    """Whether it is not there any more."""
    fields: tuple[str, ...]
    """What differs, in alphabetical order, without values: they may be secret. None if gone."""


def drifted(document: Mapping[str, Any]) -> tuple[DriftedObject, ...]:
    """Return every object that drifted, in the order of the plan.

    Only what the module sets can drift. What the cloud fills in by itself comes to be known
    after an apply, such as which machine a network interface belongs to, and is no drift. So it
    is with a block, of which only what the module sets in it counts.
    """
    return tuple(_drifted(document, _settings(document)))


def _settings(document: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the arguments that the module sets, by the address of the resource without a key."""
    module = document.get("configuration", {}).get("root_module", {})
    return {
        each["address"]: each.get("expressions") or {} for each in module.get("resources") or ()
    }


def _drifted(
    document: Mapping[str, Any], settings: Mapping[str, Mapping[str, Any]]
) -> Iterator[DriftedObject]:
    for each in document.get("resource_drift") or ():
        address = str(each["address"])
        before, after = each["change"].get("before") or {}, each["change"].get("after")
        if after is None:
            yield DriftedObject(address=Address(address), gone=True, fields=())
            continue
        fields = tuple(sorted(_changed(settings.get(address.partition("[")[0], {}), before, after)))
        if fields:
            yield DriftedObject(address=Address(address), gone=False, fields=fields)


def _changed(
    settings: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[str]:
    """Yield which of the *settings* of an object, or of a block of it, are otherwise now."""
    for name, expression in settings.items():
        old, new = before.get(name), after.get(name)
        if old != new and not _same_where_set(expression, old, new):
            yield name


def _same_where_set(expression: object, old: object, new: object) -> bool:
    """Tell whether one and the same block differs only in what the module leaves to the cloud.

    Where there are several, it cannot be told which is which, and all of them count.
    """
    match expression, old, new:
        case [Mapping() as block], [Mapping() as before], [Mapping() as after]:
            return not any(_changed(block, before, after))
        case _:
            return False
