"""What people ask for, and the runs of Terraform that build it and take it down."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType, Self

from domain.accounts import CredentialId, SubAccountId, UserId
from domain.errors import IllegalMove
from domain.inventory import Json, ResourceKind
from domain.inventory import ResourceId as ResourceId  # noqa: PLC0414 - looked for here
from domain.sentences import one_line
from domain.timestamps import in_utc

RunId = NewType("RunId", int)
InstallationId = NewType("InstallationId", str)
"""Tells what we own from what another installation of this service owns in the same account."""


class ResourceStatus(StrEnum):
    """How far a resource is. The value is public and stored."""

    PENDING = "pending"
    """Asked for; nothing was done yet."""
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    FAILED = "failed"
    """The last run did not reach its end; what it had made by then is kept and known."""
    DESTROYING = "destroying"
    DESTROYED = "destroyed"


RESOURCE_MOVES: Final[Mapping[ResourceStatus, frozenset[ResourceStatus]]] = {
    ResourceStatus.PENDING: frozenset({ResourceStatus.PROVISIONING, ResourceStatus.DESTROYING}),
    ResourceStatus.PROVISIONING: frozenset({ResourceStatus.ACTIVE, ResourceStatus.FAILED}),
    ResourceStatus.ACTIVE: frozenset({ResourceStatus.DESTROYING}),
    ResourceStatus.FAILED: frozenset({ResourceStatus.PROVISIONING, ResourceStatus.DESTROYING}),
    ResourceStatus.DESTROYING: frozenset({ResourceStatus.DESTROYED, ResourceStatus.FAILED}),
    ResourceStatus.DESTROYED: frozenset(),
}
"""Where a resource may go from where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something that a user asked for, with everything that belongs to it in the cloud."""

    id: ResourceId
    user_id: UserId
    credential_id: CredentialId
    kind: ResourceKind
    name: str
    spec: Mapping[str, Json]
    """What was asked for, as the document of its spec."""
    status: ResourceStatus
    created_at: datetime
    updated_at: datetime
    """When the status moved last."""
    sub_account_id: SubAccountId | None = None
    """Where it is built; None before its first run, and may change until something is applied."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "created_at", in_utc("created_at", self.created_at))
        object.__setattr__(self, "updated_at", in_utc("updated_at", self.updated_at))

    def moved_to(self, status: ResourceStatus, *, at: datetime) -> Self:
        """Return the resource in *status*.

        Raises:
            IllegalMove: there is no way from where it is to there.
        """
        if status not in RESOURCE_MOVES[self.status]:
            raise IllegalMove(f"Resource {self.id}", self.status, status)
        return replace(self, status=status, updated_at=at)

    def __str__(self) -> str:
        return f"resource {self.id} ({self.kind} {self.name})"


class RunAction(StrEnum):
    """What a run is for. The value is public and stored."""

    PROVISION = "provision"
    DESTROY = "destroy"

    @property
    def under_way(self) -> ResourceStatus:
        """The status of a resource while such a run works on it."""
        if self is RunAction.PROVISION:
            return ResourceStatus.PROVISIONING
        return ResourceStatus.DESTROYING

    @property
    def done(self) -> ResourceStatus:
        """The status of a resource after such a run reached its end."""
        if self is RunAction.PROVISION:
            return ResourceStatus.ACTIVE
        return ResourceStatus.DESTROYED


class RunStatus(StrEnum):
    """How far a run is. The value is public and stored."""

    QUEUED = "queued"
    PLANNING = "planning"
    PLANNED = "planned"
    APPLYING = "applying"
    APPLIED = "applied"
    ERRORED = "errored"
    CANCELED = "canceled"

    @property
    def active(self) -> bool:
        """Whether the run has not ended."""
        return bool(RUN_MOVES[self])


_ENDS: Final = frozenset({RunStatus.ERRORED, RunStatus.CANCELED})

RUN_MOVES: Final[Mapping[RunStatus, frozenset[RunStatus]]] = {
    RunStatus.QUEUED: _ENDS | {RunStatus.PLANNING},
    RunStatus.PLANNING: _ENDS | {RunStatus.PLANNED},
    # nothing to do: applied; the plan was made before a look at what a lost apply left: plan again
    RunStatus.PLANNED: _ENDS | {RunStatus.PLANNING, RunStatus.APPLYING, RunStatus.APPLIED},
    # to planning when the apply was lost on the way and what it left has been found
    RunStatus.APPLYING: _ENDS | {RunStatus.PLANNING, RunStatus.APPLIED},
    RunStatus.APPLIED: frozenset(),
    RunStatus.ERRORED: frozenset(),
    RunStatus.CANCELED: frozenset(),
}
"""Where a run may go from where it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When a run came into a status."""

    status: RunStatus
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """Something that may exist in the cloud although no state of Terraform knows it."""

    address: str
    """What it is in the module, such as `aws_instance.this`."""
    cloud_id: str | None
    """What the cloud calls it, where that is known."""

    def __str__(self) -> str:
        return one_line(f"{self.address} ({self.cloud_id or 'id unknown'})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One attempt to build a resource, or to take it down."""

    id: RunId
    resource_id: ResourceId
    action: RunAction
    status: RunStatus
    history: tuple[Stamp, ...]
    """A stamp for each move, the first one first."""
    cancel_requested_at: datetime | None = None
    error: str | None = None
    """One sentence for a person, once it has errored."""
    leaks: tuple[Leak, ...] = field(default=())
    """What it may have left behind unknown; empty for a run that reached its end."""

    def moved_to(
        self,
        status: RunStatus,
        *,
        at: datetime,
        error: str | None = None,
        leaks: tuple[Leak, ...] | None = None,
    ) -> Self:
        """Return the run in *status*, with one more stamp; without *leaks* they stay as they are.

        Raises:
            IllegalMove: there is no way from where it is to there.
        """
        if status not in RUN_MOVES[self.status]:
            raise IllegalMove(f"Run {self.id}", self.status, status)
        history = (*self.history, Stamp(status=status, at=in_utc("at", at)))
        leaks = self.leaks if leaks is None else leaks
        return replace(self, status=status, history=history, error=error, leaks=leaks)

    def suspecting(self, leaks: tuple[Leak, ...]) -> Self:
        """Return the run as one that cannot reach its end before *leaks* are looked for."""
        return replace(self, leaks=leaks)

    @property
    def queued_at(self) -> datetime:
        """When it was asked for."""
        return self.history[0].at

    @property
    def ended_at(self) -> datetime | None:
        """When it ended; None while it is active."""
        return None if self.status.active else self.history[-1].at

    @property
    def may_have_changed_the_cloud(self) -> bool:
        """Whether the cloud may be other than it was: applied, or on the way there."""
        moves = {stamp.status for stamp in self.history}
        return bool(moves & {RunStatus.APPLYING, RunStatus.APPLIED})
