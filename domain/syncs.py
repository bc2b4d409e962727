"""One sync of one credential: what it covered, what it changed, how it ended."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType, Self

from domain.accounts import CredentialId
from domain.health import Trouble
from domain.inventory import ExternalId, Scope
from domain.reconciliation import Changes

SyncRunId = NewType("SyncRunId", int)


class SyncStatus(StrEnum):
    """How a sync stands. The value is public and stored."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    """Some scopes were not covered; what they hold was left untouched."""
    FAILED = "failed"
    """No scope was covered."""
    ABANDONED = "abandoned"
    """The worker stopped or lost its lease before the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCounts:
    """How many items a sync moved, by what happened to them."""

    appeared: int = 0
    changed: int = 0
    returned: int = 0
    missing: int = 0
    deleted: int = 0
    unchanged: int = 0

    @classmethod
    def of(cls, changes: Changes) -> Self:
        """Count *changes*."""
        return cls(
            appeared=len(changes.appeared),
            changed=len(changes.changed),
            returned=len(changes.returned),
            missing=len(changes.missing),
            deleted=len(changes.deleted),
            unchanged=changes.unchanged,
        )

    def __add__(self, other: Self) -> Self:
        return replace(
            self,
            appeared=self.appeared + other.appeared,
            changed=self.changed + other.changed,
            returned=self.returned + other.returned,
            missing=self.missing + other.missing,
            deleted=self.deleted + other.deleted,
            unchanged=self.unchanged + other.unchanged,
        )

    @property
    def total(self) -> int:
        """How many items were moved; the unchanged do not count."""
        return self.appeared + self.changed + self.returned + self.missing + self.deleted

    @property
    def seen(self) -> int:
        """How many resources the cloud listed."""
        return self.appeared + self.changed + self.returned + self.unchanged


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncRun:
    """The record of one sync of one credential."""

    id: SyncRunId
    credential_id: CredentialId
    status: SyncStatus
    started_at: datetime
    finished_at: datetime | None = None
    scopes_covered: int = 0
    counts: ChangeCounts = field(default_factory=ChangeCounts)
    troubles: tuple[Trouble, ...] = ()


class ScopeStatus(StrEnum):
    """What became of a scope when it was last looked at. The value is public and stored."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    """Listed, but a record could not be read: nothing was removed."""
    FAILED = "failed"
    SUSPECT = "suspect"
    """So much vanished at once that nothing was removed; wait for a second sync to agree."""
    OUT_OF_REACH = "out_of_reach"
    """The cloud no longer offers this location to the credential; items stay as last seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRecord:
    """What we know about our knowledge of one scope."""

    scope: Scope
    status: ScopeStatus
    attempted_at: datetime
    completed_at: datetime | None = None
    """When it was last listed completely; its active items were seen then, but for the held."""
    items: int = 0
    """How many resources the last listing had that reached its end."""
    held: frozenset[ExternalId] = frozenset()
    trouble: Trouble | None = None
