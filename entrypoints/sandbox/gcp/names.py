"""What may be a name, a label or a range of addresses; refused in Google's own words."""

import re
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

from entrypoints.sandbox.gcp.errors import Refused, invalid

_NAME = "(?:[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?)"
"""RFC 1035, as every name of the compute service."""
_BUCKET = r"(?!goog)(?!.*google)[a-z0-9][-_.a-z0-9]{1,220}[a-z0-9]"
_MOST_LABELS = 64
_LONGEST_LABEL = 63
_LONGEST_PART = 63
"""Of a bucket's name, between its dots."""
_LARGEST_PREFIX = 29
_ONLY = "can only contain lowercase letters, numeric characters, underscores and dashes."
_LONG = "can be at most 63 characters long. International characters are allowed."


def check_name(name: object, field: str = "resource.name") -> str:
    """Return *name*, which names something of the compute service.

    Raises:
        Refused: it cannot.
    """
    if not isinstance(name, str) or re.fullmatch(_NAME, name) is None:
        shown = name if isinstance(name, str) else ""
        raise invalid(
            f"Invalid value for field '{field}': '{shown}'. Must be a match of regex '{_NAME}'"
        )
    return name


def check_labels(labels: Any, field: str = "resource.labels") -> Mapping[str, str]:  # noqa: ANN401 - JSON
    """Return *labels*; without any, nothing.

    Raises:
        Refused: there are too many, or one is malformed.
    """
    trouble = f"Invalid value for field '{field}': ''."
    given: Mapping[str, object] = labels or {}
    if len(given) > _MOST_LABELS:
        raise invalid(f"{trouble} Labels are limited to {_MOST_LABELS} per resource.")
    for key, value in given.items():
        if not _may_be_key(key):
            raise invalid(
                f"{trouble} Label key '{key}' violates format constraints. The key must start "
                f"with a lowercase character, {_ONLY} The key {_LONG}"
            )
        if not isinstance(value, str) or not _may_be_value(value):
            raise invalid(
                f"{trouble} Label value '{value}' violates format constraints. The value {_ONLY} "
                f"The value {_LONG}"
            )
    return labels or {}


def check_bucket_name(name: object) -> str:
    """Return *name*, which names a bucket.

    Raises:
        Refused: it cannot.
    """
    if not name:
        raise Refused(400, "Required", reason="required")
    allowed = isinstance(name, str) and re.fullmatch(_BUCKET, name) is not None
    if not allowed or _parts_are_wrong(str(name)):
        raise invalid(f"Invalid bucket name: '{name}'")
    return str(name)


def check_range(text: object, field: str = "resource.ipCidrRange") -> IPv4Network:
    """Return the range of addresses that *text* spells.

    Raises:
        Refused: it is none, or no subnetwork can have it.
    """
    try:
        found = IPv4Network(str(text))
    except ValueError:
        found = None
    if found is None or found.prefixlen > _LARGEST_PREFIX or "/" not in str(text):
        raise invalid(
            f"Invalid value for field '{field}': '{text}'. Must be a valid CIDR address range of "
            "/29 or larger, whose address is the first of the range."
        )
    return found


def _may_be_key(key: str) -> bool:
    starts = key[:1].isalpha() and key[:1] == key[:1].lower()
    return starts and _may_be_value(key)


def _may_be_value(value: str) -> bool:
    """Tell whether every character is a letter without an upper case, a figure, - or _."""
    if len(value) > _LONGEST_LABEL:
        return False
    return all(each in "-_" or (each.isalnum() and each == each.lower()) for each in value)


def _parts_are_wrong(name: str) -> bool:
    looks_like_an_address = re.fullmatch(r"\d+\.\d+\.\d+\.\d+", name) is not None
    too_long = any(len(part) > _LONGEST_PART for part in name.split("."))
    empty = ".." in name or "-." in name or ".-" in name
    return looks_like_an_address or too_long or empty
