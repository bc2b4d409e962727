"""An observer that remembers what it was told."""

from dataclasses import dataclass, field

from application.ports.sync_observer import SyncObserver
from domain.accounts import Credential
from domain.inventory import Scope
from domain.syncs import ChangeCounts, ScopeRecord


@dataclass(slots=True)
class RecordingObserver(SyncObserver):
    """Keeps every event in the order in which it was told."""

    plans: list[int] = field(default_factory=list)
    begun: list[Scope] = field(default_factory=list)
    ended: list[ScopeRecord] = field(default_factory=list)

    def planned(self, credential: Credential, scopes: int) -> None:  # noqa: ARG002 - one credential a test
        """Remember how many scopes were planned."""
        self.plans.append(scopes)

    def started(self, credential: Credential, scope: Scope) -> None:  # noqa: ARG002 - as above
        """Remember which scope began."""
        self.begun.append(scope)

    def settled(self, credential: Credential, record: ScopeRecord, counts: ChangeCounts) -> None:  # noqa: ARG002
        """Remember what became of the scope."""
        self.ended.append(record)
