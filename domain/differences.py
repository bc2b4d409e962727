"""What differs between two versions of one resource."""

from collections.abc import Iterator, Mapping

from domain.inventory import FieldChange, Json, ObservedResource


def differences(before: ObservedResource, after: ObservedResource) -> tuple[FieldChange, ...]:
    """Return every field that differs, in alphabetical order; empty when none does.

    Fields inside tags and attributes are written with dots; a field that one version lacks is
    None there. Lists are compared as a whole. Tags that could not be read are None, and differ
    from having none.
    """
    old, new = dict(_fields(before)), dict(_fields(after))
    if (before.tags is None) is not (after.tags is None):
        old["tags"], new["tags"] = _known(before), _known(after)
    return tuple(
        FieldChange(field=field, before=old.get(field), after=new.get(field))
        for field in sorted(old.keys() | new.keys())
        if old.get(field) != new.get(field)
    )


def _known(resource: ObservedResource) -> Json:
    """The tags as one field, which tells unknown from none."""
    return None if resource.tags is None else {}


def _fields(resource: ObservedResource) -> Iterator[tuple[str, Json]]:
    yield "name", resource.name
    yield "region", resource.region
    yield "status", resource.status
    yield "uri", resource.uri
    yield "created_at", resource.created_at.isoformat() if resource.created_at else None
    yield from _flat("tags", dict(resource.tags or {}))
    yield from _flat("attributes", dict(resource.attributes))


def _flat(path: str, value: Json) -> Iterator[tuple[str, Json]]:
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, inner in value.items():
        yield from _flat(f"{path}.{key}", inner)
