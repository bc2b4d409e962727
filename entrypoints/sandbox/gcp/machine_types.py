"""The types of machine that a zone has."""

import re

from entrypoints.sandbox.gcp.errors import invalid
from entrypoints.sandbox.gcp.links import parsed

_KNOWN = r"(?:[a-z]\d+[a-z]?-(?:(?:standard|highmem|highcpu|ultramem|megamem|hypermem)-\d+[a-z]*|"
_KNOWN += r"micro|small|medium|custom-\d+-\d+(?:-ext)?)|custom-\d+-\d+|[fg]1-(?:micro|small))"
"""Those of Google, and those that one makes up oneself."""


def check_machine_type(link: object, zone: str, field: str) -> str:
    """Return the name of the machine type that *link* is about.

    Raises:
        Refused: it is no link, is of another zone, or no such type exists.
    """
    found = parsed(link, "zones/{zone}/machineTypes/{name}", field)
    name = found["name"] or ""
    if found["zone"] != zone or re.fullmatch(_KNOWN, name) is None:
        raise invalid(
            f"Invalid value for field '{field}': '{link}'. Machine type with name '{name}' does "
            f"not exist in zone '{zone}'."
        )
    return name
