"""Leases in PostgreSQL, timed by its clock."""

from datetime import timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.session import Session
from adapters.persistence.tables import leases
from application.ports.errors import LeaseLost, LeaseTaken
from application.ports.leases import Leases
from domain.leases import FencingToken, Holding, Lease, LeaseName

_NOW = func.clock_timestamp()  # now() would be the start of the transaction
_FREE = or_(leases.c.expires_at.is_(None), leases.c.expires_at <= _NOW)


class SqlLeases(Leases):
    """The table `leases`; a row outlives its lease, so that tokens only grow."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, name: LeaseName, *, holder: str, duration: timedelta) -> Lease:
        """Take the lease if it is free; never wait for whoever writes under it."""
        if self._written_under(name):
            raise _busy(name)
        until = _NOW + duration
        first = insert(leases).values(name=name, holder=holder, token=1, expires_at=until)
        taken = first.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "token": leases.c.token + 1, "expires_at": until},
            where=_FREE,
        )
        row = self._session.run(taken.returning(leases.c.token)).one_or_none()
        if row is None:
            raise _busy(name)
        return Lease(name=name, holder=holder, token=FencingToken(row.token))

    def holding(self, name: LeaseName) -> Holding | None:
        """Read who holds the lease, without waiting for whoever writes under it."""
        held = select(leases.c.holder, leases.c.expires_at).where(
            leases.c.name == name, leases.c.expires_at > _NOW
        )
        row = self._session.run(held).one_or_none()
        return Holding(holder=row.holder, until=row.expires_at) if row else None

    def renew(self, lease: Lease, *, duration: timedelta) -> None:
        """Prolong the lease; its row stays locked until the unit ends."""
        renewed = (
            update(leases)
            .where(leases.c.name == lease.name, leases.c.token == lease.token)
            .where(leases.c.expires_at.is_not(None))
            .values(expires_at=_NOW + duration)
        )
        if self._session.run(renewed).rowcount == 0:
            raise LeaseLost(
                f"{lease.holder} no longer holds {lease.name}.",
                remedy="Stop: whoever holds it now does the work.",
            )

    def release(self, lease: Lease) -> None:
        """Mark the lease as given back; its token stays."""
        held = (leases.c.name == lease.name, leases.c.token == lease.token)
        self._session.run(update(leases).where(*held).values(expires_at=None))

    def _written_under(self, name: LeaseName) -> bool:
        """Tell whether an open transaction holds the lease, without waiting for it to end."""
        row = select(leases.c.name).where(leases.c.name == name)
        if self._session.run(row.with_for_update(skip_locked=True)).first() is not None:
            return False
        return self._session.run(row).first() is not None


def _busy(name: LeaseName) -> LeaseTaken:
    return LeaseTaken(f"Somebody else holds {name}.", remedy="Wait until they are done.")
