"""What exists in the clouds, as observed and as remembered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from typing import NamedTuple, NewType, TypeAlias

from domain.accounts import CredentialId, Provider, UserId
from domain.errors import InvalidValue
from domain.timestamps import in_utc

ItemId = NewType("ItemId", int)
ResourceId = NewType("ResourceId", int)
"""Tells apart what people asked this service to build; see `domain.provisioning`."""
ExternalId = NewType("ExternalId", str)
"""How the cloud names one resource inside one scope; never empty."""
Location = NewType("Location", str)
"""Where one listing looks: a region, a zone, an Azure subscription, or EVERYWHERE for a listing
of the whole account."""

EVERYWHERE = Location("global")

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
Tags: TypeAlias = Mapping[str, str]

_LONGEST_ID = 1024  # bytes in UTF-8; no cloud comes near, and an index entry must hold it
_DIGEST_BYTES = 12  # an item is compared with its own past only: 96 bits are plenty


class ResourceKind(StrEnum):
    """A sort of resource that the inventory knows. The value is public and stored."""

    AWS_EC2_INSTANCE = "aws_ec2_instance"
    AWS_S3_BUCKET = "aws_s3_bucket"
    AWS_VPC = "aws_vpc"
    AZURE_VIRTUAL_MACHINE = "azure_virtual_machine"
    AZURE_STORAGE_ACCOUNT = "azure_storage_account"
    AZURE_RESOURCE_GROUP = "azure_resource_group"
    GCP_COMPUTE_INSTANCE = "gcp_compute_instance"
    GCP_STORAGE_BUCKET = "gcp_storage_bucket"
    GCP_NETWORK = "gcp_network"

    @property
    def provider(self) -> Provider:
        """The cloud that has this kind."""
        return Provider(self.value.partition("_")[0])

    @classmethod
    def of(cls, provider: Provider) -> tuple["ResourceKind", ...]:
        """Every kind of *provider*, in the order in which people read them."""
        return tuple(kind for kind in cls if kind.provider is provider)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The unit of proof: one kind in one location, seen with one credential.

    A listing covers a scope completely or fails; only a complete listing may remove items.
    """

    credential_id: CredentialId
    kind: ResourceKind
    location: Location

    def __str__(self) -> str:
        return f"{self.kind} in {self.location}"


class Fingerprint(NamedTuple):
    """Two digests that change when, and only when, what they stand for changes."""

    details: str
    tags: str | None
    """None when the tags could not be read, which says nothing about them."""


def _is_identity(text: str) -> bool:
    """Tell whether *text* is there, is not endless, and can be kept: UTF-8 without a NUL."""
    try:
        return 0 < len(text.encode()) <= _LONGEST_ID and "\x00" not in text
    except UnicodeEncodeError:
        return False


_as_ascii = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), default=str, check_circular=False
).encode


def _digest(ascii_text: str) -> str:
    return blake2b(ascii_text.encode(), digest_size=_DIGEST_BYTES).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedResource:
    """One resource as a cloud described it in one listing."""

    external_id: ExternalId
    name: str | None = None
    region: str | None = None
    status: str | None = None
    """The cloud's own word, such as `running`; None where the kind has no status."""
    uri: str | None = None
    """The cloud-wide unique name: ARN, Azure resource id, GCP self link."""
    created_at: datetime | None = None
    tags: Tags | None = field(default_factory=dict)
    """None when the tags could not be read: unknown, not empty."""
    attributes: Mapping[str, Json] = field(default_factory=dict)
    oddities: tuple[str, ...] = ()
    """What in the cloud's answer was not as documented; the resource is kept all the same."""

    def __post_init__(self) -> None:
        if not _is_identity(self.external_id):
            rule = f"it must be text of 1 to {_LONGEST_ID} bytes that can be kept"
            raise InvalidValue("external_id", self.external_id, rule)
        if self.created_at is not None:
            object.__setattr__(self, "created_at", in_utc("created_at", self.created_at))

    def fingerprint(self) -> Fingerprint:
        """Digest everything that counts as a change of this resource."""
        created = self.created_at.isoformat() if self.created_at else None
        # Azure spells one and the same id now in these letters, now in capitals.
        uri = self.uri.casefold() if self.uri else None
        details = [self.name, self.region, self.status, uri, created, self.attributes]
        # Sorted pairs cost half of what JSON does, and a sync does this for everything it sees.
        tags = None if self.tags is None else _digest(ascii(sorted(self.tags.items())))
        return Fingerprint(details=_digest(_as_ascii(details)), tags=tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableRecord:
    """Something a listing returned that names no resource, so that it cannot be kept."""

    reason: str


class ItemState(StrEnum):
    """What we believe of a resource that we once saw."""

    ACTIVE = "active"
    MISSING = "missing"
    """One complete listing did not have it."""
    DELETED = "deleted"
    """Two complete listings in a row did not have it; the row is kept."""


class Management(StrEnum):
    """Who answers for an item, as far as we can tell. The value is public."""

    MANAGED = "managed"
    """It belongs to one of our resources: a state of Terraform knows it."""
    UNMANAGED = "unmanaged"
    """Somebody made it without us; or it was ours and is gone, or on its way."""
    ORPHANED = "orphaned"
    """It is there and carries the tags of this installation, but no state knows it: lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryItem:
    """One resource as the inventory remembers it."""

    id: ItemId
    user_id: UserId
    scope: Scope
    resource: ObservedResource
    state: ItemState
    first_seen_at: datetime
    changed_at: datetime
    missing_since: datetime | None = None
    deleted_at: datetime | None = None
    last_seen_at: datetime | None = None
    """When its scope was last listed completely while it was there."""
    management: Management = Management.UNMANAGED
    """As of now, even where the rest is as it was at a past time."""
    resource_id: ResourceId | None = None
    """Which resource it belongs to; None unless it is managed."""


class ChangeKind(StrEnum):
    """What happened to an item."""

    APPEARED = "appeared"
    CHANGED = "changed"
    MISSING = "missing"
    RETURNED = "returned"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field of a resource, before and after; nested fields are written with dots."""

    field: str
    before: Json
    after: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryChange:
    """One recorded change of one item."""

    item_id: ItemId
    scope: Scope
    external_id: ExternalId
    name: str | None
    kind: ChangeKind
    at: datetime
    fields: tuple[FieldChange, ...] = ()
    """Which fields differ, in alphabetical order; empty when only the state moved."""
