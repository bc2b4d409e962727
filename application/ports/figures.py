"""Plain numbers about everything the service remembers. Lives inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from domain.accounts import CredentialId, Provider
from domain.costs import Period, SubAccountId
from domain.health import HealthStatus
from domain.inventory import ItemState, ResourceKind
from domain.jobs import JobKind, JobStatus
from domain.provisioning import RunAction, RunStatus
from domain.syncs import SyncStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigure:
    """How many items of one kind are in one state."""

    kind: ResourceKind
    state: ItemState
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialFigure:
    """How fresh and how well one active credential is."""

    credential_id: CredentialId
    name: str
    provider: Provider
    created_at: datetime
    complete_since: datetime | None
    """The completion of the scope that was completed longest ago, those out of reach aside; None
    where there is no scope, or one that never was complete."""
    last_status: SyncStatus | None
    """How the last sync that is over ended; None before the first, and once it is forgotten."""
    last_duration: timedelta | None
    health: HealthStatus | None
    """None before the first look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncFigure:
    """The syncs with credentials of one provider that ended in one way."""

    provider: Provider
    status: SyncStatus
    count: int
    total: timedelta
    """How long they took together."""
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFigure:
    """The runs of Terraform of one action in one status."""

    action: RunAction
    status: RunStatus
    count: int
    oldest_queued_at: datetime
    """When the oldest of them was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFigure:
    """The background jobs of one kind in one status."""

    kind: JobKind
    status: JobStatus
    count: int
    oldest_due_at: datetime
    """When the first of them was, or is, to be begun."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CostDaysFigure:
    """How many days of one sub account's cost were asked for with one credential."""

    credential_id: CredentialId
    sub_account_id: SubAccountId
    days: int
    """Whether the bill goes back to them or not."""
    last_read: date


class Figures(Protocol):
    """Counts that are cheap enough to be asked for every few seconds."""

    @abstractmethod
    def items(self) -> Sequence[ItemFigure]:
        """Return the size of the inventory by kind and state; what there is none of is left out."""

    @abstractmethod
    def credentials(self) -> Sequence[CredentialFigure]:
        """Return every active credential, by id."""

    @abstractmethod
    def syncs(self, *, ended_since: datetime) -> Sequence[SyncFigure]:
        """Return the syncs that ended at that moment or later, by provider and status."""

    @abstractmethod
    def runs(self, *, ended_since: datetime) -> Sequence[RunFigure]:
        """Return the runs that have not ended, and those that ended at that moment or later."""

    @abstractmethod
    def leaking_resources(self) -> int:
        """Return of how many failed resources the last run may have left something behind."""

    @abstractmethod
    def jobs(self) -> Sequence[JobFigure]:
        """Return how many jobs of active credentials there are, by kind and status."""

    @abstractmethod
    def cost_days(self, within: Period) -> Sequence[CostDaysFigure]:
        """Return how many days of the period were asked for; where none was, nothing."""

    @abstractmethod
    def leases(self) -> Mapping[str, int]:
        """Return how many leases are held, by what their names begin with, such as `sync`."""
