"""Watching syncs where nobody watches."""

from application.ports.sync_observer import SyncObserver
from domain.accounts import Credential
from domain.inventory import Scope
from domain.syncs import ChangeCounts, ScopeRecord


class SilentSyncObserver(SyncObserver):
    """Looks away."""

    def planned(self, credential: Credential, scopes: int) -> None:
        """Do nothing."""

    def settled(self, credential: Credential, record: ScopeRecord, counts: ChangeCounts) -> None:
        """Do nothing."""

    def started(self, credential: Credential, scope: Scope) -> None:
        """Do nothing."""
