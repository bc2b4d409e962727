"""Credentials in PostgreSQL; their secrets arrive and leave sealed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NoReturn

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, select, update

from adapters.persistence.overlaps import overlaps
from adapters.persistence.rows import credential_from
from adapters.persistence.session import Session
from adapters.persistence.tables import credentials
from application.absence import no_credential
from application.ports.errors import NotFound
from application.ports.repositories import Credentials
from domain.accounts import (
    AccountId,
    Credential,
    CredentialId,
    CredentialName,
    Overlap,
    Provider,
    SealedSecret,
    UserId,
)

_PUBLIC = [column for column in credentials.c if column is not credentials.c.secret]
_THIS: Final = credentials.c.id == bindparam("of_credential")
_ONE: Final = select(*_PUBLIC).where(_THIS)
_SECRET: Final = select(credentials.c.secret).where(_THIS)
_SECRET_TO_REPLACE: Final = _SECRET.with_for_update(key_share=True)


class SqlCredentials(Credentials):
    """The table `credentials`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        user_id: UserId,
        provider: Provider,
        name: CredentialName,
        secret: SealedSecret,
        at: datetime,
    ) -> Credential:
        """Insert the credential; a taken name leaves the unit usable."""
        row = insert(credentials).values(
            user_id=user_id,
            provider=provider.value,
            name=name.text,
            secret=secret.ciphertext,
            created_at=at,
        )
        added = self._session.attempt(row.returning(*_PUBLIC), subject=repr(name.text))
        return credential_from(added.one())

    def get(self, credential_id: CredentialId) -> Credential:
        """Return the credential with this id."""
        row = self._session.run(_ONE, of_credential=credential_id).one_or_none()
        return _missing(credential_id) if row is None else credential_from(row)

    def named(self, user_id: UserId, name: CredentialName) -> Credential:
        """Return this user's credential of that name."""
        chosen = self._chosen(credentials.c.user_id == user_id, credentials.c.name == name.text)
        if not chosen:
            raise NotFound(
                f"There is no credential named {name.text!r} of user {user_id}.",
                remedy="List the credentials with `multicloud credentials list`.",
            )
        return chosen[0]

    def of_user(self, user_id: UserId) -> Sequence[Credential]:
        """Return the user's credentials by id."""
        return self._chosen(credentials.c.user_id == user_id)

    def page(
        self, *, after: CredentialId | None, limit: int, active_only: bool = False
    ) -> Sequence[Credential]:
        """Return the next credentials in the order of their ids."""
        conditions: list[ColumnElement[bool]] = [credentials.c.id > (after or 0)]
        if active_only:
            conditions.append(credentials.c.disabled_at.is_(None))
        return self._chosen(*conditions, limit=limit)

    def overlaps(self, user_id: UserId | None, *, limit: int) -> Sequence[Overlap]:
        """Compare what is known of the credentials."""
        return overlaps(self._session, user_id, limit=limit)

    def secret(self, credential_id: CredentialId, *, for_update: bool = False) -> SealedSecret:
        """Return the sealed secret, which no other method reads."""
        chosen = _SECRET_TO_REPLACE if for_update else _SECRET
        row = self._session.run(chosen, of_credential=credential_id).one_or_none()
        return _missing(credential_id) if row is None else SealedSecret(row.secret)

    def replace_secret(self, credential_id: CredentialId, secret: SealedSecret) -> None:
        """Overwrite the sealed secret."""
        self._change(credential_id, secret=secret.ciphertext)

    def remember_account(self, credential_id: CredentialId, account_id: AccountId) -> None:
        """Note the account."""
        self._change(credential_id, account_id=account_id)

    def disable(self, credential_id: CredentialId, *, at: datetime) -> Credential:
        """Stamp the credential as disabled, unless it is already."""
        first = func.coalesce(credentials.c.disabled_at, at)
        return credential_from(self._change(credential_id, disabled_at=first))

    def enable(self, credential_id: CredentialId) -> Credential:
        """Take the stamp back."""
        return credential_from(self._change(credential_id, disabled_at=None))

    def _chosen(
        self, *conditions: ColumnElement[bool], limit: int | None = None
    ) -> list[Credential]:
        chosen = select(*_PUBLIC).where(*conditions).order_by(credentials.c.id).limit(limit)
        return [credential_from(row) for row in self._session.run(chosen)]

    def _change(self, credential_id: CredentialId, **values: object) -> Row[Any]:
        change = update(credentials).where(credentials.c.id == credential_id).values(**values)
        row = self._session.run(change.returning(*_PUBLIC)).one_or_none()
        return _missing(credential_id) if row is None else row


def _missing(credential_id: CredentialId) -> NoReturn:
    raise no_credential(credential_id)
