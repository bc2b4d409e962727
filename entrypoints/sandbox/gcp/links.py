"""Links from one thing to another, whole or only the end of them."""

import re
from collections.abc import Mapping

from entrypoints.sandbox.gcp.errors import invalid

_START = r"(?:https?://[^/]+/compute/[^/]+/)?(?:projects/(?P<project>[^/]+)/)?"


def last(link: str) -> str:
    """Return what a link is about: `e2-small` of `.../machineTypes/e2-small`."""
    return link.rpartition("/")[2]


def parsed(link: object, pattern: str, field: str) -> Mapping[str, str | None]:
    """Return what stands at the places of *pattern* that are in braces, and the `project`.

    *pattern* is such as "regions/{region}/subnetworks/{name}"; the project is None where the link
    names none.

    Raises:
        Refused: *link*, the value of *field*, is of another shape.
    """
    shape = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
    found = re.fullmatch(_START + shape, str(link or ""))
    if found is None:
        raise invalid(f"Invalid value for field '{field}': '{link or ''}'. The URL is malformed.")
    return found.groupdict()
