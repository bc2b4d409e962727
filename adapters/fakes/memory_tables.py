"""What the in-memory store keeps; every value in it is immutable or copied at the door."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Self, TypeAlias

from application.absence import no_credential, no_resource
from application.ports.cost_ledger import StoredCharge
from application.ports.errors import NotFound
from application.ports.provisioning import ManagedObject, StoredState, TerraformOutput
from domain.accounts import Credential, CredentialId, SealedSecret, User, UserId
from domain.costs import ChargeKey, CostCoverage, CostReading, SubAccountId
from domain.health import ProviderHealth
from domain.inventory import (
    ChangeKind,
    ExternalId,
    Fingerprint,
    InventoryItem,
    ItemId,
    ItemState,
    ObservedResource,
    Scope,
)
from domain.jobs import JobRecord
from domain.leases import FencingToken, LeaseName
from domain.provisioning import Resource, ResourceId, Run, RunId
from domain.queues import QueueName, WorkerName
from domain.schedule import EntryName, Turn
from domain.syncs import ScopeRecord, SyncRun, SyncRunId
from domain.terraform import LogRecord, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item and what it is compared by."""

    item: InventoryItem
    fingerprint: Fingerprint


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredChange:
    """A change and the version that it ended; None where there was none."""

    id: int
    item_id: ItemId
    kind: ChangeKind
    at: datetime
    before: InventoryItem | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredLease:
    """The last claim of a name; given back when it has no end."""

    holder: str
    token: FencingToken
    expires_at: datetime | None
    lapses: int = 0


ChargeAddress: TypeAlias = tuple[CredentialId, SubAccountId, date, ChargeKey]
"""What tells a stored charge from all others."""
CoveredDay: TypeAlias = tuple[CredentialId, SubAccountId, date]
StepPlace: TypeAlias = tuple[RunId, int]
LinePlace: TypeAlias = tuple[RunId, int, int]
"""Its run, the number of its step, and its offset."""


@dataclass(slots=True, kw_only=True)
class Tables:
    """Everything that is remembered, by key."""

    users: dict[UserId, User] = field(default_factory=dict)
    credentials: dict[CredentialId, Credential] = field(default_factory=dict)
    secrets: dict[CredentialId, SealedSecret] = field(default_factory=dict)
    items: dict[ItemId, StoredItem] = field(default_factory=dict)
    identities: dict[tuple[Scope, ExternalId], ItemId] = field(default_factory=dict)
    changes: dict[int, StoredChange] = field(default_factory=dict)
    scopes: dict[Scope, ScopeRecord] = field(default_factory=dict)
    runs: dict[SyncRunId, SyncRun] = field(default_factory=dict)
    health: dict[CredentialId, ProviderHealth] = field(default_factory=dict)
    leases: dict[LeaseName, StoredLease] = field(default_factory=dict)
    jobs: dict[LeaseName, JobRecord] = field(default_factory=dict)
    schedule: dict[EntryName, Turn] = field(default_factory=dict)
    queue_proofs: dict[tuple[QueueName, WorkerName], datetime] = field(default_factory=dict)
    charges: dict[ChargeAddress, StoredCharge] = field(default_factory=dict)
    coverage: dict[CoveredDay, CostCoverage] = field(default_factory=dict)
    readings: dict[CredentialId, CostReading] = field(default_factory=dict)
    resources: dict[ResourceId, Resource] = field(default_factory=dict)
    outputs: dict[ResourceId, TerraformOutput] = field(default_factory=dict)
    sensitive_outputs: dict[ResourceId, SealedSecret] = field(default_factory=dict)
    terraform_runs: dict[RunId, Run] = field(default_factory=dict)
    steps: dict[StepPlace, Step] = field(default_factory=dict)
    lines: dict[LinePlace, LogRecord] = field(default_factory=dict)
    states: dict[tuple[ResourceId, int], StoredState] = field(default_factory=dict)
    objects: dict[ResourceId, tuple[ManagedObject, ...]] = field(default_factory=dict)

    def copy(self) -> Self:
        """Return tables that may be changed without changing these."""
        return type(self)(**{part.name: getattr(self, part.name).copy() for part in fields(self)})

    def credential(self, credential_id: CredentialId) -> Credential:
        """Return the credential.

        Raises:
            NotFound: there is none with this id.
        """
        try:
            return self.credentials[credential_id]
        except KeyError:
            raise no_credential(credential_id) from None

    def resource(self, resource_id: ResourceId) -> Resource:
        """Return the resource.

        Raises:
            NotFound: there is none with this id.
        """
        try:
            return self.resources[resource_id]
        except KeyError:
            raise no_resource(resource_id) from None

    def terraform_run(self, run_id: RunId) -> Run:
        """Return the run.

        Raises:
            NotFound: there is none with this id.
        """
        try:
            return self.terraform_runs[run_id]
        except KeyError:
            raise NotFound(f"There is no run {run_id}.") from None

    def knows(self, resource_id: ResourceId, item: InventoryItem) -> bool:
        """Tell whether the state of the resource knows *item*."""
        identity = (item.scope.kind, item.resource.external_id)
        known = self.objects.get(resource_id, ())
        return identity in {(found.kind, found.external_id) for found in known}

    def manager_of(self, item: InventoryItem) -> ResourceId | None:
        """Return the resource of its user whose state knows *item*; of several, the oldest."""
        mine = [each.id for each in self.resources.values() if each.user_id == item.user_id]
        return min((each for each in mine if self.knows(each, item)), default=None)

    def item_called(
        self, credential_id: CredentialId, external_id: ExternalId | None
    ) -> InventoryItem | None:
        """Return the item that a bill means; one that is there before one that is gone."""
        found = [
            kept.item
            for kept in self.items.values()
            if kept.item.scope.credential_id == credential_id
            and kept.item.resource.external_id == external_id
        ]
        found.sort(key=lambda item: (item.state is ItemState.DELETED, -item.id))
        return next(iter(found), None)


def copied(resource: ObservedResource) -> ObservedResource:
    """Return *resource* with mappings of its own, and without what is not kept: its oddities."""
    tags: Mapping[str, str] | None = None if resource.tags is None else dict(resource.tags)
    return replace(resource, tags=tags, attributes=deepcopy(dict(resource.attributes)), oddities=())
