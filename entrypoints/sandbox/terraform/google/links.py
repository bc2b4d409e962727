"""Links as people write them, and whether two of them are about the same thing."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from entrypoints.sandbox.terraform.schema import Values

Same = Callable[[str, str], bool]
"""Tells whether two texts mean the same, however each is spelled."""


def last(link: str) -> str:
    """Return the name that a link ends with."""
    return link.rpartition("/")[2]


def same_link(one: str, other: str) -> bool:
    """Tell whether they are links of the same thing, or one is the end of the other."""
    paths = [f"/{each.partition('/v1/')[2] or each}" for each in (one, other)]
    return paths[0].endswith(paths[1]) or paths[1].endswith(paths[0])


def same_image(there: str, wanted: str) -> bool:
    """Tell whether *there*, the link of an image, is *wanted*, or of that family of images."""
    project, family = _image_parts(wanted)
    in_project = project is None or f"/{project}/" in f"/{there}"
    name = last(there)
    return same_link(there, wanted) or (in_project and f"{name}-".startswith(f"{family}-"))


def same_word(one: str, other: str) -> bool:
    """Tell whether they differ in upper and lower case at most."""
    return one.upper() == other.upper()


def image_link(image: str) -> str:
    """Return the link of *image*, which may be spelled `project/family` for short."""
    if "images/" in image:
        return image.partition("/v1/")[2] or image
    project, family = _image_parts(image)
    place = f"projects/{project}/" if project else ""
    return f"{place}global/images/family/{family}"


def kept(there: Any, wanted: Any, same: Same = same_link) -> Any:  # noqa: ANN401 - text or null
    """Return *wanted* where it means what is *there*, so that no spelling is a difference."""
    known = isinstance(there, str) and isinstance(wanted, str)
    return wanted if known and same(there, wanted) else there


def unchanged(prior: Values, proposed: Values, same: Mapping[str, Same]) -> Values:
    """Return *proposed* with the spelling of *prior* where both mean the same."""
    values = dict(proposed)
    for name, alike in same.items():
        before, after = prior[name], proposed[name]
        if isinstance(before, str) and isinstance(after, str) and alike(before, after):
            values[name] = before
    return values


def first_match(patterns: Sequence[str], text: str) -> Mapping[str, str] | None:
    """Return what *text* has where a pattern has a name in braces, of the first that fits.

    None: none fits.
    """
    for pattern in patterns:
        shape = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        found = re.fullmatch(shape, text)
        if found is not None:
            return found.groupdict()
    return None


def _image_parts(image: str) -> tuple[str | None, str]:
    """Return the project, if one is named, and the name of an image or of a family of them."""
    parts = [each for each in image.split("/") if each not in {"global", "images", "family"}]
    return (parts[-2] if len(parts) > 1 else None), parts[-1]
