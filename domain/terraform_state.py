"""What Terraform remembers of the objects it made: its state, version 4 of the format.

The format is described in the source of Terraform and OpenTofu (`internal/states/statefile`);
both promise to go on reading it, and write no other.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from domain.errors import InvalidValue
from domain.inventory import ExternalId, Json, ResourceKind
from domain.terraform import Address

_FORMAT: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class StateObject:
    """One object in the cloud that Terraform knows as its own."""

    address: Address
    type: str
    cloud_id: str
    attributes: Mapping[str, Any] = field(repr=False)
    """Everything the provider keeps of it, secrets included."""
    tainted: bool = False
    """Whether its creation failed half-way, so that Terraform would make it anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One output of a module."""

    value: Json = field(repr=False)
    sensitive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformState:
    """One version of a state."""

    lineage: str
    """The same for all versions of one state."""
    serial: int
    """Grows with each version."""
    objects: tuple[StateObject, ...] = ()
    outputs: Mapping[str, Output] = field(default_factory=dict)

    @property
    def addresses(self) -> frozenset[Address]:
        """Every address that stands for an object."""
        return frozenset(each.address for each in self.objects)

    @property
    def half_made(self) -> frozenset[Address]:
        """Every address whose object a failed run left unfinished."""
        return frozenset(each.address for each in self.objects if each.tainted)

    def newer_than(self, other: "TerraformState | None") -> bool:
        """Tell whether this one may take the place of *other*.

        A state of another lineage never may: it would mean to forget what *other* knows.
        """
        if other is None:
            return True
        return self.lineage == other.lineage and self.serial > other.serial

    def is_covered_by(self, other: "TerraformState | None") -> bool:
        """Tell whether whoever has *other* needs this one no more."""
        return other is not None and self.lineage == other.lineage and self.serial <= other.serial

    def is_version_of(self, other: "TerraformState | None") -> bool:
        """Tell whether this one is the very version that *other* is."""
        mine = (self.lineage, self.serial)
        return other is not None and mine == (other.lineage, other.serial)


def read_state(text: str) -> TerraformState:
    """Return the state that *text* is.

    Raises:
        InvalidValue: it is none: cut off, of another format, or not a state at all.
    """
    try:
        document = json.loads(text)
        if document["version"] != _FORMAT:
            raise InvalidValue("state version", document["version"], f"it must be {_FORMAT}")
        return TerraformState(
            lineage=str(document["lineage"]),
            serial=int(document["serial"]),
            objects=tuple(_objects(document.get("resources") or ())),
            outputs={name: _output(each) for name, each in (document.get("outputs") or {}).items()},
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        # from None: the text of the cause may quote the state, which holds secrets
        raise InvalidValue("state", "(not shown)", "it is not a whole Terraform state") from None


def _output(document: Mapping[str, Any]) -> Output:
    return Output(value=document["value"], sensitive=bool(document.get("sensitive", False)))


def _objects(resources: Any) -> Iterator[StateObject]:  # noqa: ANN401 - JSON of somebody else
    for resource in resources:
        if resource["mode"] != "managed":
            continue
        module = f"{resource['module']}." if resource.get("module") else ""
        name = f"{module}{resource['type']}.{resource['name']}"
        for instance in resource.get("instances") or ():
            yield _object(name, resource["type"], instance)


def _object(name: str, kind: str, instance: Mapping[str, Any]) -> StateObject:
    attributes = instance.get("attributes") or {}
    return StateObject(
        address=Address(name + _index(instance.get("index_key"))),
        type=kind,
        cloud_id=str(attributes.get("id", "")),
        attributes=attributes,
        tainted=instance.get("status") == "tainted",
    )


def _index(key: object) -> str:
    if key is None:
        return ""
    return f"[{json.dumps(key, ensure_ascii=False)}]"


_IDENTITY: Final[Mapping[str, tuple[ResourceKind, str]]] = {
    "aws_instance": (ResourceKind.AWS_EC2_INSTANCE, "id"),
    "aws_s3_bucket": (ResourceKind.AWS_S3_BUCKET, "bucket"),
    "aws_vpc": (ResourceKind.AWS_VPC, "id"),
    "azurerm_linux_virtual_machine": (ResourceKind.AZURE_VIRTUAL_MACHINE, "id"),
    "azurerm_storage_account": (ResourceKind.AZURE_STORAGE_ACCOUNT, "id"),
    "azurerm_resource_group": (ResourceKind.AZURE_RESOURCE_GROUP, "id"),
    "google_compute_instance": (ResourceKind.GCP_COMPUTE_INSTANCE, "instance_id"),
    "google_storage_bucket": (ResourceKind.GCP_STORAGE_BUCKET, "name"),
    "google_compute_network": (ResourceKind.GCP_NETWORK, "network_id"),
}
"""The attribute in which Terraform keeps what the inventory calls an object by."""
_WITHOUT_CASE: Final = "azurerm_"
"""Azure spells an id now in these letters, now in capitals; the inventory keeps small ones."""


def in_inventory(found: StateObject) -> tuple[ResourceKind, ExternalId] | None:
    """Return what the inventory calls *found*, or None if it knows no such kind."""
    kind, attribute = _IDENTITY.get(found.type, (None, ""))
    identity = found.attributes.get(attribute)
    if kind is None or not identity:
        return None
    text = str(identity)
    return kind, ExternalId(text.lower() if found.type.startswith(_WITHOUT_CASE) else text)
