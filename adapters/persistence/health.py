"""Provider health in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.rows import health_from, health_to
from adapters.persistence.session import Session
from adapters.persistence.tables import credentials, provider_health
from application.ports.repositories import HealthLedger
from domain.accounts import CredentialId
from domain.health import LONGEST_INTERVAL, ProviderHealth


class SqlHealthLedger(HealthLedger):
    """The table `provider_health`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(
        self, credential_id: CredentialId, *, for_update: bool = False
    ) -> ProviderHealth | None:
        """Return the health; `for_update` locks the credential, which is there before it."""
        if for_update:
            owner = select(credentials.c.id).where(credentials.c.id == credential_id)
            self._session.run(owner.with_for_update(key_share=True))
        chosen = select(provider_health).where(provider_health.c.credential_id == credential_id)
        row = self._session.run(chosen).one_or_none()
        return None if row is None else health_from(row)

    def many(
        self, credential_ids: Collection[CredentialId]
    ) -> Mapping[CredentialId, ProviderHealth]:
        """Return the health of each, where there is one."""
        wanted = provider_health.c.credential_id == func.any(list(credential_ids))
        rows = self._session.run(select(provider_health).where(wanted))
        return {health.credential_id: health for health in map(health_from, rows)}

    def save(self, health: ProviderHealth) -> None:
        """Insert the health or overwrite the one before."""
        row = health_to(health)
        rest = {name: value for name, value in row.items() if name != "credential_id"}
        saved = insert(provider_health).values(row)
        self._session.run(saved.on_conflict_do_update(index_elements=["credential_id"], set_=rest))

    def due(
        self, *, at: datetime, after: CredentialId | None, limit: int
    ) -> Sequence[CredentialId]:
        """Return the next active credentials whose check is due."""
        next_check_at = provider_health.c.next_check_at
        waits = and_(next_check_at > at, next_check_at <= at + LONGEST_INTERVAL)
        chosen = (
            select(credentials.c.id)
            .outerjoin(provider_health, provider_health.c.credential_id == credentials.c.id)
            .where(credentials.c.id > (after or 0), credentials.c.disabled_at.is_(None))
            .where(or_(next_check_at.is_(None), ~waits))
            .order_by(credentials.c.id)
            .limit(limit)
        )
        return [CredentialId(row.id) for row in self._session.run(chosen)]
