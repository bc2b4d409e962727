"""Terraform's states in PostgreSQL, sealed, and in the clear only what they say exists."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Row, bindparam, delete, insert, select, update

from adapters.persistence.provisioning_rows import managed_object_from, state_from
from adapters.persistence.session import Session
from adapters.persistence.tables import managed_objects, resources, terraform_states
from application.absence import no_resource
from application.ports.errors import Conflict, NotFound
from application.ports.provisioning import ManagedObject, States, StoredState
from domain.accounts import SealedSecret
from domain.provisioning import ResourceId

VERSIONS_KEPT: Final = 20
_STATES = terraform_states.c
_OBJECTS = managed_objects.c
_MINE: Final = _STATES.resource_id == bindparam("of_resource")
_STORE: Final = insert(terraform_states)
_VERSIONS: Final = select(terraform_states).where(_MINE).order_by(_STATES.serial.desc())
_LATEST: Final = _VERSIONS.limit(1)
_NEWEST: Final = (
    select(_STATES.lineage, _STATES.serial).where(_MINE).order_by(_STATES.serial.desc()).limit(1)
)
_OWNER: Final = (
    select(resources.c.user_id)
    .where(resources.c.id == bindparam("of_resource"))
    .with_for_update(key_share=True)
)


class SqlStates(States):
    """The tables `terraform_states` and `managed_objects`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def latest(self, resource_id: ResourceId) -> StoredState | None:
        """Return the version with the greatest serial."""
        row = self._session.run(_LATEST, of_resource=resource_id).one_or_none()
        return None if row is None else state_from(row)

    def versions(self, resource_id: ResourceId) -> Sequence[StoredState]:
        """Return all that is kept."""
        return [state_from(row) for row in self._session.run(_VERSIONS, of_resource=resource_id)]

    def replace_sealed(self, resource_id: ResourceId, serial: int, sealed: SealedSecret) -> None:
        """Overwrite what is sealed of one version."""
        change = update(terraform_states).where(
            _STATES.resource_id == resource_id, _STATES.serial == serial
        )
        if self._session.run(change.values(sealed=sealed.ciphertext)).rowcount == 0:
            raise NotFound(
                f"Version {serial} of the state of resource {resource_id} is not kept.",
                remedy="Read the versions again.",
            )

    def put(
        self,
        resource_id: ResourceId,
        state: StoredState,
        objects: Collection[ManagedObject],
        *,
        at: datetime,
    ) -> None:
        """Insert the version and what it says, and forget the oldest."""
        user_id = self._lock(resource_id)
        newest = self._newest(resource_id, state)
        if newest == state.serial:
            return
        self._insert(resource_id, state, at)
        if newest is not None:
            self._forget_objects(resource_id)
        self._insert_objects(resource_id, user_id, objects)
        if state.serial > VERSIONS_KEPT:  # serials count versions, so there may be too many
            self._forget_old(resource_id)

    def objects(self, resource_id: ResourceId) -> Sequence[ManagedObject]:
        """Return the objects in the order of their addresses."""
        chosen = select(managed_objects).where(_OBJECTS.resource_id == resource_id)
        rows = self._session.run(chosen)
        # by code point, whatever the collation of the database
        return sorted(map(managed_object_from, rows), key=lambda found: found.address)

    def _lock(self, resource_id: ResourceId) -> int:
        """Let one after another write, and return whose the resource is."""
        row = self._session.run(_OWNER, of_resource=resource_id).one_or_none()
        if row is None:
            raise no_resource(resource_id)
        return int(row.user_id)

    def _newest(self, resource_id: ResourceId, state: StoredState) -> int | None:
        """Return the serial of the newest version, which *state* does not contradict."""
        newest = self._session.run(_NEWEST, of_resource=resource_id).one_or_none()
        if newest is None:
            return None
        if newest.lineage != state.lineage or newest.serial > state.serial:
            raise _contradiction(resource_id, state, newest)
        return int(newest.serial)

    def _insert(self, resource_id: ResourceId, state: StoredState, at: datetime) -> None:
        self._session.run(
            _STORE,
            resource_id=resource_id,
            serial=state.serial,
            lineage=state.lineage,
            sealed=state.sealed.ciphertext,
            lock_file=state.lock_file,
            stored_at=at,
        )

    def _forget_objects(self, resource_id: ResourceId) -> None:
        self._session.run(delete(managed_objects).where(_OBJECTS.resource_id == resource_id))

    def _insert_objects(
        self, resource_id: ResourceId, user_id: int, objects: Collection[ManagedObject]
    ) -> None:
        rows = [
            {
                "resource_id": resource_id,
                "user_id": user_id,
                "address": found.address,
                "type": found.type,
                "cloud_id": found.cloud_id,
                "kind": found.kind and found.kind.value,
                "external_id": found.external_id,
            }
            for found in objects
        ]
        if rows:
            self._session.run(insert(managed_objects).values(rows))

    def _forget_old(self, resource_id: ResourceId) -> None:
        mine = _STATES.resource_id == resource_id
        newest_first = select(_STATES.serial).where(mine).order_by(_STATES.serial.desc())
        first_too_old = newest_first.offset(VERSIONS_KEPT).limit(1).scalar_subquery()
        self._session.run(delete(terraform_states).where(mine, _STATES.serial <= first_too_old))


def _contradiction(
    resource_id: ResourceId, state: StoredState, newest: Row[tuple[str, int]]
) -> Conflict:
    stored = f"version {newest.serial} of {newest.lineage}"
    return Conflict(
        f"The state of resource {resource_id} is stored as {stored}, and version {state.serial} "
        f"of {state.lineage} would undo it.",
        remedy="Restore what is stored before Terraform goes on.",
    )
