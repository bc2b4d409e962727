"""What a resource in the cloud has become other than it was asked for; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from domain.inventory import FieldChange, Json, ObservedResource, Tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What a listing shows of a resource that is as it was asked for.

    It names only what somebody can change in the cloud while the resource stays the same one.
    """

    tags: Tags = field(default_factory=dict)
    """Those that were asked for; others may stand beside them."""
    attributes: Mapping[str, Json] = field(default_factory=dict)
    """Those that were asked for, called as the inventory calls them."""
    status: frozenset[str] | None = None
    """The words, in the cloud's own language, that all are well; None where any is."""


def drift(expected: Expectation, observed: ObservedResource) -> tuple[FieldChange, ...]:
    """Return each field that was asked for and is otherwise, in alphabetical order; none if none.

    A change goes from what was asked for to what was seen, and fields inside tags and attributes
    are written with dots. Only what was seen can differ: tags that could not be read, an
    attribute that the cloud left out and a status it does not tell say nothing. Tags that nobody
    asked for are no drift, for clouds and policies put on their own.
    """
    changes = (
        *_tags(expected.tags, observed.tags),
        *_attributes("attributes", expected.attributes, observed.attributes),
        *_status(expected.status, observed.status),
    )
    return tuple(sorted(changes, key=lambda change: change.field))


def _tags(expected: Tags, seen: Tags | None) -> Iterator[FieldChange]:
    if seen is None:
        return
    for key, value in expected.items():
        if seen.get(key) != value:
            yield FieldChange(field=f"tags.{key}", before=value, after=seen.get(key))


def _attributes(
    path: str, expected: Mapping[str, Json], seen: Mapping[str, Json]
) -> Iterator[FieldChange]:
    for name, value in expected.items():
        if name not in seen:
            continue
        found, here = seen[name], f"{path}.{name}"
        if isinstance(value, Mapping) and isinstance(found, Mapping):
            yield from _attributes(here, value, found)
        elif found != value:
            yield FieldChange(field=here, before=value, after=found)


def _status(expected: frozenset[str] | None, seen: str | None) -> Iterator[FieldChange]:
    if expected and seen is not None and seen not in expected:
        yield FieldChange(field="status", before=" or ".join(sorted(expected)), after=seen)
