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
    """Return every object that drifted, in the order of the plan."""
    return tuple(_drifted(document))


def _drifted(document: Mapping[str, Any]) -> Iterator[DriftedObject]:
    for each in document.get("resource_drift") or ():
        before, after = each["change"].get("before") or {}, each["change"].get("after")
        gone = after is None
        differing = sorted(
            name
            for name in {*before, *(after or {})}
            if before.get(name) != (after or {}).get(name)
        )
        yield DriftedObject(
            address=Address(each["address"]), gone=gone, fields=() if gone else tuple(differing)
        )
