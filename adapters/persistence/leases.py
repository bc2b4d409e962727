"""Leases in PostgreSQL, timed by its clock."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    Interval,
    Text,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.clock import NOW
from adapters.persistence.lease_ends import HELD, RUN_OUT
from adapters.persistence.session import Session
from adapters.persistence.tables import leases
from adapters.persistence.written import Written
from application.ports.errors import LeaseLost, LeaseTaken
from application.ports.leases import Leases
from domain.leases import FencingToken, Holding, Lease, LeaseName

_FREE = or_(leases.c.expires_at.is_(None), RUN_OUT)
_THIS = leases.c.name == bindparam("of_lease")
_UNTIL = NOW + bindparam("lasting", type_=Interval)
_MOMENT: Final = NOW.label("moment")
"""Whoever takes or prolongs a lease wants to know the time as well: it is told with the answer."""
_REACHABLE: Final = (
    select(leases.c.name).where(_THIS).with_for_update(skip_locked=True).cte("reachable")
)
_FIRST: Final = Written(
    insert(leases)
    .from_select(
        ["name", "holder", "token", "expires_at", "lapses"],
        # what exists is seen by the condition, which does not wait as a conflict would
        select(
            bindparam("of_lease", type_=Text),
            bindparam("by", type_=Text),
            literal(1),
            _UNTIL,
            literal(0),
        ).where(~exists().where(_THIS)),
    )
    .on_conflict_do_nothing()
    .returning(leases.c.token, leases.c.lapses, _MOMENT)
)
# a lease that was given back has no end: whoever had it did not die with it
_LAPSES: Final = case((leases.c.expires_at.is_(None), 0), else_=leases.c.lapses + 1)
_NEXT: Final = Written(
    update(leases)
    .where(_THIS, leases.c.name == _REACHABLE.c.name, _FREE)
    .values(holder=bindparam("by"), token=leases.c.token + 1, expires_at=_UNTIL, lapses=_LAPSES)
    .returning(leases.c.token, leases.c.lapses, _MOMENT)
)
_HELD: Final = select(leases.c.holder, leases.c.expires_at).where(_THIS, HELD)
_HELD_ON: Final = (
    select(leases.c.name)
    .where(func.starts_with(leases.c.holder, bindparam("of_host")), HELD)
    .order_by(leases.c.name)
)
_GRANTED: Final = update(leases).where(_THIS, leases.c.token == bindparam("of_token"))
_LAPSED: Final = select(leases.c.name).where(
    leases.c.name == func.any(bindparam("names", type_=ARRAY(Text))), RUN_OUT
)
_NOT_LOST: Final = _GRANTED.where(leases.c.expires_at.is_not(None)).returning(_MOMENT)
_RENEW: Final = Written(_NOT_LOST.values(expires_at=_UNTIL))
_GIVE_BACK: Final = Written(_NOT_LOST.values(expires_at=None))
_RELEASE: Final = Written(_GRANTED.values(expires_at=None))
_FORGIVE: Final = _GRANTED.where(leases.c.lapses > 0).values(lapses=0)


class SqlLeases(Leases):
    """The table `leases`; a row outlives its lease, so that tokens only grow."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def claim(self, name: LeaseName, *, holder: str, duration: timedelta) -> Lease:
        """Take the lease if it is free; never wait for whoever writes under it."""
        wanted: dict[str, Any] = {"of_lease": name, "by": holder, "lasting": duration}
        rows = self._session.run_written(_NEXT, **wanted)
        if not rows:  # somebody has it, or nobody ever had: to ask which costs no less
            rows = self._session.run_written(_FIRST, **wanted)
        if not rows:
            raise LeaseTaken(
                f"Somebody else holds {name}.",
                remedy="Wait until they are done; `multicloud status` shows the work.",
            )
        (row,) = rows
        self._session.moment = row.moment
        return Lease(name=name, holder=holder, token=FencingToken(row.token), lapses=row.lapses)

    def holding(self, name: LeaseName) -> Holding | None:
        """Read who holds the lease, without waiting for whoever writes under it."""
        row = self._session.run(_HELD, of_lease=name).one_or_none()
        return Holding(holder=row.holder, until=row.expires_at) if row else None

    def held_on(self, host: str) -> Sequence[LeaseName]:
        """Return the leases that have not run out, of holders whose names begin with the host."""
        return [LeaseName(row.name) for row in self._session.run(_HELD_ON, of_host=f"{host}:")]

    def lapsed(self, names: Collection[LeaseName]) -> Collection[LeaseName]:
        """Read which of them have an end, and are past it."""
        rows = self._session.run(_LAPSED, names=list(names))
        return {LeaseName(row.name) for row in rows}

    def renew(self, lease: Lease, *, duration: timedelta) -> None:
        """Prolong the lease; its row stays locked until the unit ends."""
        self._under(lease, _RENEW, lasting=duration)

    def give_back(self, lease: Lease) -> None:
        """Mark the lease as given back; its row stays locked until the unit ends."""
        self._under(lease, _GIVE_BACK)

    def _under(self, lease: Lease, statement: Written, **more: object) -> None:
        rows = self._session.run_written(
            statement, of_lease=lease.name, of_token=lease.token, **more
        )
        if not rows:
            raise LeaseLost(
                f"{lease.holder} no longer holds {lease.name}.",
                remedy="Stop: whoever holds it now does the work.",
            )
        self._session.moment = rows[0].moment

    def release(self, lease: Lease) -> None:
        """Mark the lease as given back; its token stays."""
        self._session.run_written(_RELEASE, of_lease=lease.name, of_token=lease.token)

    def forgive(self, lease: Lease) -> None:
        """Count the lapses from nought again."""
        self._session.run(_FORGIVE, of_lease=lease.name, of_token=lease.token)
