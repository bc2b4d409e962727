"""Terraform's states in memory."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.fakes.memory_tables import Tables
from application.ports.errors import Conflict, NotFound
from application.ports.provisioning import ManagedObject, States, StoredState
from domain.accounts import SealedSecret
from domain.provisioning import ResourceId

_VERSIONS_KEPT: Final = 20


class MemoryStates(States):
    """States and what they say, kept in the tables of one unit."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def latest(self, resource_id: ResourceId) -> StoredState | None:
        """Return the version with the greatest serial."""
        return next(iter(self.versions(resource_id)), None)

    def versions(self, resource_id: ResourceId) -> Sequence[StoredState]:
        """Return all that is kept."""
        kept = self._tables.states.items()
        mine = [state for (owner, _), state in kept if owner == resource_id]
        return sorted(mine, key=lambda state: state.serial, reverse=True)

    def replace_sealed(self, resource_id: ResourceId, serial: int, sealed: SealedSecret) -> None:
        """Overwrite what is sealed of one version."""
        there = self._tables.states.get((resource_id, serial))
        if there is None:
            raise NotFound(f"Version {serial} of the state of resource {resource_id} is not kept.")
        self._tables.states[resource_id, serial] = replace(there, sealed=sealed)

    def put(
        self,
        resource_id: ResourceId,
        state: StoredState,
        objects: Collection[ManagedObject],
        *,
        at: datetime,  # noqa: ARG002 - for people who look into the database
    ) -> None:
        """Add the version and what it says, and forget the oldest."""
        owner = self._tables.resource(resource_id)
        newest = self.latest(owner.id)
        if newest is not None:
            if newest.lineage != state.lineage or newest.serial > state.serial:
                raise Conflict(f"A newer or another state of resource {resource_id} is stored.")
            if newest.serial == state.serial:
                return
        self._tables.states[owner.id, state.serial] = state
        self._tables.objects[owner.id] = tuple(sorted(objects, key=lambda found: found.address))
        for old in self.versions(owner.id)[_VERSIONS_KEPT:]:
            del self._tables.states[owner.id, old.serial]

    def objects(self, resource_id: ResourceId) -> Sequence[ManagedObject]:
        """Return the objects in the order of their addresses."""
        return self._tables.objects.get(resource_id, ())
