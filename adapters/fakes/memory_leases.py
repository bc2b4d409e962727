"""Leases in memory, timed by the store's clock."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta

from adapters.fakes.memory_tables import StoredLease, Tables
from application.ports.clock import Clock
from application.ports.errors import LeaseLost, LeaseTaken
from application.ports.leases import Leases
from domain.leases import FencingToken, Holding, Lease, LeaseName, holds


class MemoryLeases(Leases):
    """Leases, kept in the tables of one unit; tokens outlive them."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def claim(self, name: LeaseName, *, holder: str, duration: timedelta) -> Lease:
        """Take the lease if it is free."""
        now = self._clock.now()
        last = self._tables.leases.get(name)
        if last is not None and last.expires_at is not None and holds(last.expires_at, at=now):
            raise LeaseTaken(f"Somebody else holds {name}.")
        token = FencingToken(last.token + 1 if last else 1)
        lapses = last.lapses + 1 if last is not None and last.expires_at is not None else 0
        self._tables.leases[name] = StoredLease(
            holder=holder, token=token, expires_at=now + duration, lapses=lapses
        )
        return Lease(name=name, holder=holder, token=token, lapses=lapses)

    def holding(self, name: LeaseName) -> Holding | None:
        """Return whose time is not up."""
        last = self._tables.leases.get(name)
        if last is None or last.expires_at is None:
            return None
        if not holds(last.expires_at, at=self._clock.now()):
            return None
        return Holding(holder=last.holder, until=last.expires_at)

    def held_on(self, host: str) -> Sequence[LeaseName]:
        """Return by name what is held by holders whose names begin with the host."""
        mine = [n for n, last in self._tables.leases.items() if last.holder.startswith(f"{host}:")]
        return sorted(name for name in mine if self.holding(name) is not None)

    def lapsed(self, names: Collection[LeaseName]) -> Collection[LeaseName]:
        """Return whose time was up before they were given back."""
        return {name for name in names if self._ran_out(name)}

    def _ran_out(self, name: LeaseName) -> bool:
        last = self._tables.leases.get(name)
        return (
            last is not None
            and last.expires_at is not None
            and not holds(last.expires_at, at=self._clock.now())
        )

    def renew(self, lease: Lease, *, duration: timedelta) -> None:
        """Prolong the lease."""
        until = self._clock.now() + duration
        self._tables.leases[lease.name] = replace(self._held(lease), expires_at=until)

    def give_back(self, lease: Lease) -> None:
        """Note that the lease was given back by whoever holds it."""
        self._tables.leases[lease.name] = replace(self._held(lease), expires_at=None)

    def _held(self, lease: Lease) -> StoredLease:
        last = self._tables.leases.get(lease.name)
        if last is None or last.token != lease.token or last.expires_at is None:
            raise LeaseLost(f"{lease.holder} no longer holds {lease.name}.")
        return last

    def release(self, lease: Lease) -> None:
        """Note that the lease was given back."""
        last = self._tables.leases.get(lease.name)
        if last is not None and last.token == lease.token:
            self._tables.leases[lease.name] = replace(last, expires_at=None)

    def forgive(self, lease: Lease) -> None:
        """Count the lapses from nought again."""
        last = self._tables.leases.get(lease.name)
        if last is not None and last.token == lease.token:
            self._tables.leases[lease.name] = replace(last, lapses=0)
