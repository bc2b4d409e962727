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
    after an apply, such as which machine a network interface belongs to, and is no drift.
    """
    return tuple(_drifted(document, _settings(document)))


def _settings(document: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    """Return which arguments the module sets, by the address of the resource without a key."""
    module = document.get("configuration", {}).get("root_module", {})
    return {
        each["address"]: frozenset(each.get("expressions") or ())
        for each in module.get("resources") or ()
    }


def _drifted(
    document: Mapping[str, Any], settings: Mapping[str, frozenset[str]]
) -> Iterator[DriftedObject]:
    for each in document.get("resource_drift") or ():
        address = str(each["address"])
        before, after = each["change"].get("before") or {}, each["change"].get("after")
        if after is None:
            yield DriftedObject(address=Address(address), gone=True, fields=())
            continue
        known = settings.get(address.partition("[")[0], frozenset())
        fields = tuple(sorted(name for name in known if before.get(name) != after.get(name)))
        if fields:
            yield DriftedObject(address=Address(address), gone=False, fields=fields)
