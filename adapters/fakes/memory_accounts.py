"""Users and credentials in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from adapters.fakes.memory_tables import Tables
from application.ports.errors import Conflict, NotFound
from application.ports.repositories import Credentials, Users
from domain.accounts import (
    AccountId,
    Credential,
    CredentialId,
    CredentialName,
    EmailAddress,
    Overlap,
    Provider,
    SealedSecret,
    SubAccountId,
    User,
    UserId,
)
from domain.syncs import ScopeStatus


class MemoryUsers(Users):
    """Users, kept in the tables of one unit."""

    def __init__(self, tables: Tables, ids: Iterator[int]) -> None:
        self._tables = tables
        self._ids = ids

    def add(self, email: EmailAddress, *, at: datetime) -> User:
        """Add the user."""
        user = User(id=UserId(next(self._ids)), email=email, created_at=at)
        if any(known.email == email for known in self._tables.users.values()):
            raise Conflict(f"A user with the e-mail address {email} exists.")
        self._tables.users[user.id] = user
        return user

    def get(self, user_id: UserId) -> User:
        """Return the user with this id."""
        try:
            return self._tables.users[user_id]
        except KeyError:
            raise NotFound(f"There is no user with the id {user_id}.") from None

    def many(self, user_ids: Collection[UserId]) -> Mapping[UserId, User]:
        """Return those of the users that exist."""
        users = self._tables.users
        return {known: users[known] for known in user_ids if known in users}

    def by_email(self, email: EmailAddress) -> User:
        """Return the user with this address."""
        for user in self._tables.users.values():
            if user.email == email:
                return user
        raise NotFound(f"There is no user with the address {email}.")

    def page(self, *, after: UserId | None, limit: int) -> Sequence[User]:
        """Return the next users in the order of their ids."""
        ids = sorted(user_id for user_id in self._tables.users if user_id > (after or 0))
        return [self._tables.users[user_id] for user_id in ids[:limit]]


class MemoryCredentials(Credentials):
    """Credentials, kept in the tables of one unit."""

    def __init__(self, tables: Tables, ids: Iterator[int]) -> None:
        self._tables = tables
        self._ids = ids

    def add(
        self,
        *,
        user_id: UserId,
        provider: Provider,
        name: CredentialName,
        secret: SealedSecret,
        at: datetime,
    ) -> Credential:
        """Add the credential."""
        if user_id not in self._tables.users:
            raise NotFound("There is no such user.")
        if any(known.name == name for known in self.of_user(user_id)):
            raise Conflict(f"The user has a credential named {name.text!r}.")
        credential = Credential(
            id=CredentialId(next(self._ids)),
            user_id=user_id,
            provider=provider,
            name=name,
            created_at=at,
        )
        self._tables.secrets[credential.id] = secret
        return self._keep(credential)

    def get(self, credential_id: CredentialId) -> Credential:
        """Return the credential with this id."""
        return self._tables.credential(credential_id)

    def named(self, user_id: UserId, name: CredentialName) -> Credential:
        """Return this user's credential of that name."""
        for credential in self.of_user(user_id):
            if credential.name == name:
                return credential
        raise NotFound(f"User {user_id} has no credential named {name.text!r}.")

    def of_user(self, user_id: UserId) -> Sequence[Credential]:
        """Return the user's credentials by id."""
        return [known for known in self._in_order() if known.user_id == user_id]

    def page(
        self, *, after: CredentialId | None, limit: int, active_only: bool = False
    ) -> Sequence[Credential]:
        """Return the next credentials in the order of their ids."""
        later = [known for known in self._in_order() if known.id > (after or 0)]
        return [known for known in later if known.active or not active_only][:limit]

    def overlaps(self, user_id: UserId | None, *, limit: int) -> Sequence[Overlap]:
        """Compare every two."""
        reached: dict[tuple[UserId, Provider, SubAccountId], list[Credential]] = {}
        for each in self._in_order():
            if each.active and user_id in {None, each.user_id}:
                for place in self._places(each):
                    reached.setdefault((each.user_id, each.provider, place), []).append(each)
        alike: dict[tuple[UserId, Provider, tuple[CredentialId, ...]], list[SubAccountId]] = {}
        for (owner, provider, place), found in reached.items():
            if len(found) > 1:
                ids = tuple(each.id for each in found)
                alike.setdefault((owner, provider, ids), []).append(place)
        return [
            Overlap(
                user_id=owner,
                provider=provider,
                credentials=tuple(self._tables.credentials[each].name for each in ids),
                sub_accounts=tuple(sorted(places)),
            )
            for (owner, provider, ids), places in sorted(alike.items())[:limit]
        ]

    def _places(self, credential: Credential) -> set[SubAccountId]:
        if credential.account_id is None or credential.provider is not Provider.AZURE:
            return {SubAccountId(credential.account_id)} if credential.account_id else set()
        return {
            SubAccountId(scope.location)
            for scope, record in self._tables.scopes.items()
            if scope.credential_id == credential.id
            and record.completed_at is not None
            and record.status is not ScopeStatus.OUT_OF_REACH
        }

    def secret(
        self,
        credential_id: CredentialId,
        *,
        for_update: bool = False,  # noqa: ARG002 - a unit in memory is alone anyway
    ) -> SealedSecret:
        """Return the sealed secret."""
        return self._tables.secrets[self.get(credential_id).id]

    def replace_secret(self, credential_id: CredentialId, secret: SealedSecret) -> None:
        """Overwrite the sealed secret."""
        self._tables.secrets[self.get(credential_id).id] = secret

    def remember_account(self, credential_id: CredentialId, account_id: AccountId) -> None:
        """Note the account."""
        self._keep(replace(self.get(credential_id), account_id=account_id))

    def disable(self, credential_id: CredentialId, *, at: datetime) -> Credential:
        """Stamp the credential as disabled, unless it is already."""
        credential = self.get(credential_id)
        return self._keep(replace(credential, disabled_at=credential.disabled_at or at))

    def enable(self, credential_id: CredentialId) -> Credential:
        """Take the stamp back."""
        return self._keep(replace(self.get(credential_id), disabled_at=None))

    def _keep(self, credential: Credential) -> Credential:
        self._tables.credentials[credential.id] = credential
        return credential

    def _in_order(self) -> list[Credential]:
        return [known for _, known in sorted(self._tables.credentials.items())]
