"""Ids of Azure's, which are paths: written from names, and read again in any spelling."""

from collections.abc import Mapping
from typing import Final

GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{resource_group_name}"


def within_group(kind: str) -> str:
    """Return the pattern of a type that is in a resource group, like `Microsoft.Network/vnets`."""
    return f"{GROUP}/providers/{kind}/{{name}}"


def written(pattern: str, names: Mapping[str, object]) -> str:
    """Return the id with *names* in the places that *pattern* names."""
    return pattern.format_map(names)


def names_in(pattern: str, identity: str) -> dict[str, str]:
    """Return the names in the places of *pattern*.

    Raises:
        ValueError: *identity* has another form. Azure itself takes any spelling, but an id that is
            to be imported must be spelled as the pattern is: so says what the error says.
    """
    wanted, given = pattern.split("/"), identity.split("/")
    if len(wanted) != len(given):
        form = pattern.replace("{", "<").replace("}", ">")
        raise ValueError(f"An id of this type is like {form}.")
    names = {}
    for want, part in zip(wanted, given, strict=True):
        if want.startswith("{") and part:
            names[want.strip("{}")] = part
        elif want != part:
            raise ValueError(f'The segment "{part}" should be "{want}".')
    return names
