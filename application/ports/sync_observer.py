"""Watching a sync while it runs."""

from abc import abstractmethod
from typing import Protocol

from domain.accounts import Credential
from domain.inventory import Scope
from domain.syncs import ChangeCounts, ScopeRecord


class SyncObserver(Protocol):
    """Is told how a sync proceeds; it must return at once and raise nothing."""

    @abstractmethod
    def planned(self, credential: Credential, scopes: int) -> None:
        """A sync of *credential* will list this many *scopes*."""

    @abstractmethod
    def settled(self, credential: Credential, record: ScopeRecord, counts: ChangeCounts) -> None:
        """One scope was listed and written, or given up: *record* says which."""

    @abstractmethod
    def started(self, credential: Credential, scope: Scope) -> None:
        """The listing of *scope* began."""
