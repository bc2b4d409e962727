"""What the service remembers of what it builds. All live inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from domain.accounts import CredentialId, Provider, SealedSecret, SubAccountId, UserId
from domain.inventory import ExternalId, InventoryItem, Json, ResourceKind
from domain.provisioning import InstallationId, Resource, ResourceId, ResourceStatus
from domain.terraform import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class TerraformOutput:
    """What the last run of a resource left for people to read."""

    logs: tuple[str, ...] = ()
    """The last lines it wrote, oldest first."""
    outputs: Mapping[str, Json] = field(default_factory=dict)
    """What its module gives out, but for what is sensitive."""
    error: str | None = None
    """Why it failed, in one sentence; None if it did not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceFilter:
    """Which resources to show; each field narrows the choice, None does not."""

    user_id: UserId | None = None
    credential_id: CredentialId | None = None
    provider: Provider | None = None
    kind: ResourceKind | None = None
    statuses: frozenset[ResourceStatus] = frozenset(ResourceStatus) - {ResourceStatus.DESTROYED}


class Resources(Protocol):
    """What was asked for."""

    @abstractmethod
    def installation(self) -> InstallationId:
        """Return what this installation tags its objects with; it never changes."""

    @abstractmethod
    def add(
        self,
        *,
        user_id: UserId,
        credential_id: CredentialId,
        kind: ResourceKind,
        name: str,
        spec: Mapping[str, Json],
        at: datetime,
    ) -> Resource:
        """Return the new resource, pending.

        Raises:
            Conflict: the credential has a resource of this kind and name that is not destroyed.
            NotFound: this user has no such credential.
        """

    @abstractmethod
    def get(self, resource_id: ResourceId, *, for_update: bool = False) -> Resource:
        """Return the resource; with *for_update* nobody else changes it until this unit ends.

        Raises:
            NotFound: there is none with this id.
        """

    @abstractmethod
    def save(self, resource: Resource) -> None:
        """Store its status and when it moved, and nothing else of it.

        Raises:
            NotFound: there is no such resource.
        """

    @abstractmethod
    def bind(self, resource_id: ResourceId, sub_account_id: SubAccountId) -> None:
        """Store where the resource is built, in the place of what was known before.

        Raises:
            NotFound: there is no such resource.
        """

    @abstractmethod
    def page(
        self, chosen: ResourceFilter, *, after: ResourceId | None, limit: int
    ) -> Sequence[Resource]:
        """Return up to *limit* resources with an id above *after*, in the order of their ids."""

    @abstractmethod
    def output(self, resource_id: ResourceId) -> TerraformOutput:
        """Return what the last run left; nothing in it before the first.

        Raises:
            NotFound: there is no such resource.
        """

    @abstractmethod
    def sensitive_outputs(self, resource_id: ResourceId) -> SealedSecret | None:
        """Return what is sensitive of its outputs, a sealed JSON object; None if nothing is.

        Raises:
            NotFound: there is no such resource.
        """

    @abstractmethod
    def save_output(
        self, resource_id: ResourceId, output: TerraformOutput, *, sensitive: SealedSecret | None
    ) -> None:
        """Store both in the place of what was left before.

        Raises:
            NotFound: there is no such resource.
        """

    @abstractmethod
    def replace_sensitive_outputs(self, resource_id: ResourceId, sealed: SealedSecret) -> None:
        """Store *sealed* in the place of what was sealed before, for a new key.

        Raises:
            NotFound: there is no such resource.
        """

    @abstractmethod
    def main_objects(
        self, resource_ids: Collection[ResourceId]
    ) -> Mapping[ResourceId, Sequence[InventoryItem]]:
        """Return what the inventory knows of each resource's objects, in any state, by item id.

        Objects without a kind are not looked for. An object seen with several credentials of the
        user is several items. A resource of which nothing was ever seen is left out.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredState:
    """One version of a state, as it is kept."""

    lineage: str
    serial: int
    sealed: SealedSecret
    lock_file: str | None
    """What fixes the versions of the providers that wrote it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedObject:
    """One object that a state knows."""

    address: Address
    type: str
    """Terraform's word, such as `aws_vpc`."""
    cloud_id: str
    kind: ResourceKind | None
    """None where the inventory knows no such kind."""
    external_id: ExternalId | None
    """What the inventory calls it; None where it has no kind."""


class States(Protocol):
    """Terraform's states, sealed, and in the clear only what they say exists."""

    @abstractmethod
    def latest(self, resource_id: ResourceId) -> StoredState | None:
        """Return the newest version; None if there is none."""

    @abstractmethod
    def versions(self, resource_id: ResourceId) -> Sequence[StoredState]:
        """Return every version that is kept, the newest first; empty if there is none."""

    @abstractmethod
    def replace_sealed(self, resource_id: ResourceId, serial: int, sealed: SealedSecret) -> None:
        """Store *sealed* in the place of what one version was, for a new key.

        Raises:
            NotFound: no such version is kept.
        """

    @abstractmethod
    def put(
        self,
        resource_id: ResourceId,
        state: StoredState,
        objects: Collection[ManagedObject],
        *,
        at: datetime,
    ) -> None:
        """Store *state* as the newest version, and *objects* in the place of those before.

        The newest twenty versions are kept. One that is there already is left as it is.

        Raises:
            Conflict: the newest version has another lineage or a greater serial.
            NotFound: there is no such resource.
        """

    @abstractmethod
    def objects(self, resource_id: ResourceId) -> Sequence[ManagedObject]:
        """Return what the newest version says exists, by address; empty if nothing does."""
