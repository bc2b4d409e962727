"""Scope records in PostgreSQL."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.rows import scope_record_from, scope_record_to
from adapters.persistence.session import Session
from adapters.persistence.tables import sync_scopes
from application.ports.repositories import Scopes
from domain.accounts import CredentialId
from domain.inventory import Scope
from domain.syncs import ScopeRecord

_KEY = ("credential_id", "kind", "location")


class SqlScopes(Scopes):
    """The table `sync_scopes`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def of_credential(self, credential_id: CredentialId) -> Mapping[Scope, ScopeRecord]:
        """Return every record of the credential, by scope."""
        chosen = select(sync_scopes).where(sync_scopes.c.credential_id == credential_id)
        records = map(scope_record_from, self._session.run(chosen))
        return {record.scope: record for record in records}

    def save(self, record: ScopeRecord) -> None:
        """Insert the record or overwrite the one before."""
        row = scope_record_to(record)
        rest = {name: value for name, value in row.items() if name not in _KEY}
        saved = insert(sync_scopes).values(row)
        self._session.run(saved.on_conflict_do_update(index_elements=_KEY, set_=rest))
