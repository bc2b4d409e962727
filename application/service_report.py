"""What is measured of the whole service: plain numbers, and what could not be read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Self

from application.ports.errors import PortError
from application.ports.figures import (
    CredentialFigure,
    ItemFigure,
    JobFigure,
    RunFigure,
    SyncFigure,
)
from application.ports.queue_depths import QueueDepth
from domain.accounts import CredentialId, Provider
from domain.costs import CostStatus
from domain.pacing import CallCounts
from domain.queues import QueueProof
from domain.schedule import Turn


class Part(StrEnum):
    """What is measured by itself, and may be unreadable by itself. The value is public."""

    ITEMS = "items"
    CREDENTIALS = "credentials"
    SYNCS = "syncs"
    RUNS = "runs"
    LEAKS = "leaks"
    JOBS = "jobs"
    SCHEDULE = "schedule"
    LEASES = "leases"
    PROOFS = "proofs"
    COSTS = "costs"
    QUEUES = "queues"
    API_CALLS = "api_calls"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFigure:
    """How much of the cost of one active credential is known."""

    credential_id: CredentialId
    name: str
    provider: Provider
    status: CostStatus | None
    """How the last reading ended; None before the first."""
    days_lacking: int
    """Days that were never asked for with success; of several sub accounts, of the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Why something could not be read; as text, a sentence each."""

    why: str
    remedy: str = ""
    """What to do about it; empty if that is not known."""

    @classmethod
    def of(cls, error: PortError) -> Self:
        """Say what *error* says."""
        return cls(why=error.summary, remedy=error.remedy)

    def __str__(self) -> str:
        return f"{self.why} {self.remedy}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """Plain numbers; a part that could not be read is empty, and `unread` says why."""

    unread: Mapping[Part, Unread]
    """The reason for each part that could not be read."""
    at: datetime | None = None
    """When it was measured, by the clock of the store; None if the store did not answer."""
    items: Sequence[ItemFigure] = ()
    credentials: Sequence[CredentialFigure] = ()
    syncs: Sequence[SyncFigure] = ()
    runs: Sequence[RunFigure] = ()
    leaks: int | None = None
    """Failed resources whose last run may have left something behind."""
    jobs: Sequence[JobFigure] = ()
    schedule: Sequence[Turn] = ()
    leases: Mapping[str, int] = field(default_factory=dict)
    proofs: Sequence[QueueProof] = ()
    costs: Sequence[CostFigure] = ()
    queues: QueueDepth | None = None
    api_calls: Mapping[tuple[Provider, str], CallCounts] = field(default_factory=dict)

    def age(self, moment: datetime) -> float:
        """Return how many seconds before the measurement *moment* was; 0 if it lies after it."""
        return 0.0 if self.at is None else max((self.at - moment).total_seconds(), 0.0)
