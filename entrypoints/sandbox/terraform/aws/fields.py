"""Attributes that the types of AWS have in common, in few words."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from entrypoints.sandbox.terraform.aws.cloud import AwsCloud
from entrypoints.sandbox.terraform.resource_type import ResourceType
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Type, Values

STRINGS: Final[Type] = ["map", "string"]


def told(kind: Type = "string") -> Attribute:
    """Return what only the cloud sets."""
    return Attribute(type=kind, computed=True)


def chosen(kind: Type = "string", *, forces: bool = False) -> Attribute:
    """Return what the user may set, and else the cloud does."""
    return Attribute(type=kind, optional=True, computed=True, forces_replacement=forces)


def option(kind: Type = "string", *, default: object = None, forces: bool = False) -> Attribute:
    """Return what only the user sets."""
    return Attribute(type=kind, optional=True, default=default, forces_replacement=forces)


ID: Final = {"id": chosen(), "region": chosen(forces=True)}
"""What every type has."""
TAGGED: Final = {**ID, "tags": option(STRINGS), "tags_all": chosen(STRINGS)}
"""What every type has that carries tags."""


class TaggedType(ResourceType[AwsCloud]):
    """A type whose `tags_all` is known as soon as its tags are."""

    def foresee(self, prior: Values | None, proposed: Values) -> Values:
        """Say what tags it will have; the provider adds none of its own."""
        del prior
        tags = proposed["tags"]
        return {**proposed, "tags_all": UNKNOWN if tags is UNKNOWN else dict(tags or {})}


def tag_values(tags: Mapping[str, str], state: Values) -> Values:
    """Return tags and tags_all as a state holds them; no tags are as the user wrote them."""
    unset = None if state.get("tags") else state.get("tags")
    return {"tags": dict(tags) or unset, "tags_all": dict(tags)}


def pairs(tags: Mapping[str, str] | None) -> list[dict[str, str]]:
    """Return *tags* as AWS takes them."""
    return [{"Key": key, "Value": value} for key, value in (tags or {}).items()]


def mapping(tags: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    """Return tags as AWS gives them, without its own."""
    return {tag["Key"]: tag["Value"] for tag in tags or () if not tag["Key"].startswith("aws:")}


def place_of(import_id: str) -> tuple[str, Values]:
    """Return the id in *import_id* and its region, which may follow after an @."""
    name, _, region = import_id.partition("@")
    return name, {"region": region} if region else {}
