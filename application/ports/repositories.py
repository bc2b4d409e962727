"""What the service remembers, one protocol per noun. All live inside a `UnitOfWork`."""

from abc import abstractmethod
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from domain.accounts import (
    AccountId,
    Credential,
    CredentialId,
    CredentialName,
    EmailAddress,
    Overlap,
    Provider,
    SealedSecret,
    User,
    UserId,
)
from domain.health import ProviderHealth, Trouble
from domain.inventory import Scope
from domain.retention import Ledger
from domain.syncs import ChangeCounts, ScopeRecord, SyncRun, SyncRunId, SyncStatus


class Users(Protocol):
    """Everybody who uses the service."""

    @abstractmethod
    def add(self, email: EmailAddress, *, at: datetime) -> User:
        """Return the new user.

        Raises:
            Conflict: a user with this address exists.
        """

    @abstractmethod
    def get(self, user_id: UserId) -> User:
        """Return the user.

        Raises:
            NotFound: there is none with this id.
        """

    @abstractmethod
    def many(self, user_ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Return those of the users that exist, by id."""

    @abstractmethod
    def by_email(self, email: EmailAddress) -> User:
        """Return the user with this address.

        Raises:
            NotFound: there is none.
        """

    @abstractmethod
    def page(self, *, after: UserId | None, limit: int) -> Sequence[User]:
        """Return up to *limit* users with an id above *after*, in the order of their ids."""


class Credentials(Protocol):
    """The keys to the clouds, secrets sealed."""

    @abstractmethod
    def add(
        self,
        *,
        user_id: UserId,
        provider: Provider,
        name: CredentialName,
        secret: SealedSecret,
        at: datetime,
    ) -> Credential:
        """Return the new credential.

        Raises:
            Conflict: the user has a credential of this name.
            NotFound: there is no such user.
        """

    @abstractmethod
    def get(self, credential_id: CredentialId) -> Credential:
        """Return the credential, disabled or not.

        Raises:
            NotFound: there is none with this id.
        """

    @abstractmethod
    def named(self, user_id: UserId, name: CredentialName) -> Credential:
        """Return this user's credential of that name.

        Raises:
            NotFound: the user has none of that name.
        """

    @abstractmethod
    def of_user(self, user_id: UserId) -> Sequence[Credential]:
        """Return the user's credentials, disabled ones included, by id; empty if none."""

    @abstractmethod
    def page(
        self, *, after: CredentialId | None, limit: int, active_only: bool = False
    ) -> Sequence[Credential]:
        """Return up to *limit* credentials with an id above *after*, in the order of their ids."""

    @abstractmethod
    def overlaps(self, user_id: UserId | None, *, limit: int) -> Sequence[Overlap]:
        """Return what more than one active credential of this user reaches; None: of any one user.

        At most *limit*, by user, provider and credentials; empty if each reaches what no other
        does. Until its first sync nobody knows what a credential reaches. Those of two users are
        never compared.
        """

    @abstractmethod
    def secret(self, credential_id: CredentialId, *, for_update: bool = False) -> SealedSecret:
        """Return the sealed secret.

        With *for_update* nobody else replaces it until this unit ends.

        Raises:
            NotFound: there is no such credential.
        """

    @abstractmethod
    def replace_secret(self, credential_id: CredentialId, secret: SealedSecret) -> None:
        """Store *secret* in the place of the old one.

        Raises:
            NotFound: there is no such credential.
        """

    @abstractmethod
    def remember_account(self, credential_id: CredentialId, account_id: AccountId) -> None:
        """Record which account the credential opens.

        Raises:
            NotFound: there is no such credential.
        """

    @abstractmethod
    def disable(self, credential_id: CredentialId, *, at: datetime) -> Credential:
        """Return the credential, disabled; one that was disabled before keeps its date.

        Raises:
            NotFound: there is no such credential.
        """

    @abstractmethod
    def enable(self, credential_id: CredentialId) -> Credential:
        """Return the credential, active, whether or not it was disabled.

        Raises:
            NotFound: there is no such credential.
        """


class Scopes(Protocol):
    """What we know about our knowledge, scope by scope."""

    @abstractmethod
    def of_credential(self, credential_id: CredentialId) -> Mapping[Scope, ScopeRecord]:
        """Return every scope that was ever looked at with this credential."""

    @abstractmethod
    def save(self, record: ScopeRecord) -> None:
        """Store *record* in the place of the one before."""


class SyncRuns(Protocol):
    """The record of syncs."""

    @abstractmethod
    def start(self, credential_id: CredentialId, *, at: datetime) -> SyncRun:
        """Return a new running run; earlier runs of it that never ended become abandoned."""

    @abstractmethod
    def abandon(self, credential_id: CredentialId, *, at: datetime) -> None:
        """End the running run of the credential, if there is one: whoever did it died."""

    @abstractmethod
    def finish(
        self,
        run_id: SyncRunId,
        status: SyncStatus,
        *,
        at: datetime,
        scopes_covered: int = 0,
        counts: ChangeCounts = ChangeCounts(),  # noqa: B008 - a frozen value
        troubles: Collection[Trouble] = (),
    ) -> SyncRun:
        """Return the run, ended.

        Raises:
            NotFound: there is no running run with this id.
        """

    @abstractmethod
    def latest_of(self, credential_ids: Collection[CredentialId]) -> Mapping[CredentialId, SyncRun]:
        """Return the run of each credential that started last; one without any is left out."""


class HealthLedger(Protocol):
    """The last known health of each credential."""

    @abstractmethod
    def get(
        self, credential_id: CredentialId, *, for_update: bool = False
    ) -> ProviderHealth | None:
        """Return the health, or None before the first check.

        With *for_update* nobody else changes it until this unit ends.
        """

    @abstractmethod
    def many(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[CredentialId, ProviderHealth]:
        """Return the health of each credential that was ever checked."""

    @abstractmethod
    def save(self, health: ProviderHealth) -> None:
        """Store *health* in the place of the one before."""

    @abstractmethod
    def due(
        self, *, at: datetime, after: CredentialId | None, limit: int
    ) -> Sequence[CredentialId]:
        """Return up to *limit* active credentials to be probed by *at*, by id above *after*.

        One that was never checked is due, and so is one that would wait for longer than any may:
        the store's clock was set back since.
        """


class Archive(Protocol):
    """What may be forgotten."""

    @abstractmethod
    def forget(self, ledger: Ledger, *, before: datetime, limit: int) -> int:
        """Delete up to *limit* records of *ledger* older than *before*; return how many.

        It never deletes what is needed to know the present, nor a run that is still running.
        """
