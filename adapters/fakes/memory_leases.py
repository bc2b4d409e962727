"""Leases in memory, timed by the store's clock."""

from dataclasses import replace
from datetime import timedelta

from adapters.fakes.memory_tables import StoredLease, Tables
from application.ports.clock import Clock
from application.ports.errors import LeaseLost, LeaseTaken
from application.ports.leases import Leases
from domain.leases import FencingToken, Holding, Lease, LeaseName


class MemoryLeases(Leases):
    """Leases, kept in the tables of one unit; tokens outlive them."""

    def __init__(self, tables: Tables, clock: Clock) -> None:
        self._tables = tables
        self._clock = clock

    def claim(self, name: LeaseName, *, holder: str, duration: timedelta) -> Lease:
        """Take the lease if it is free."""
        now = self._clock.now()
        last = self._tables.leases.get(name)
        if last is not None and last.expires_at is not None and last.expires_at > now:
            raise LeaseTaken(f"Somebody else holds {name}.")
        token = FencingToken(last.token + 1 if last else 1)
        self._tables.leases[name] = StoredLease(
            holder=holder, token=token, expires_at=now + duration
        )
        return Lease(name=name, holder=holder, token=token)

    def holding(self, name: LeaseName) -> Holding | None:
        """Return whose time is not up."""
        last = self._tables.leases.get(name)
        if last is None or last.expires_at is None or last.expires_at <= self._clock.now():
            return None
        return Holding(holder=last.holder, until=last.expires_at)

    def renew(self, lease: Lease, *, duration: timedelta) -> None:
        """Prolong the lease."""
        last = self._tables.leases.get(lease.name)
        if last is None or last.token != lease.token or last.expires_at is None:
            raise LeaseLost(f"{lease.holder} no longer holds {lease.name}.")
        until = self._clock.now() + duration
        self._tables.leases[lease.name] = replace(last, expires_at=until)

    def release(self, lease: Lease) -> None:
        """Note that the lease was given back."""
        last = self._tables.leases.get(lease.name)
        if last is not None and last.token == lease.token:
            self._tables.leases[lease.name] = replace(last, expires_at=None)
