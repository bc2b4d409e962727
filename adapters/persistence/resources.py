"""What was asked for, in PostgreSQL."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NoReturn

from sqlalchemy import ColumnElement, Row, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.main_objects import main_objects
from adapters.persistence.provisioning_rows import output_from, output_to, resource_from
from adapters.persistence.session import Session
from adapters.persistence.tables import ONCE_PER_NAME, installation, resources
from application.absence import no_resource
from application.ports.errors import Conflict
from application.ports.provisioning import ResourceFilter, Resources, TerraformOutput
from domain.accounts import CredentialId, SealedSecret, SubAccountId, UserId
from domain.inventory import InventoryItem, Json, ResourceKind
from domain.provisioning import InstallationId, Resource, ResourceId, ResourceStatus

_PUBLIC = [
    column for column in resources.c if column.name not in {"terraform_output", "sensitive_outputs"}
]
_THIS: Final = resources.c.id == bindparam("of_resource")
_ONE: Final = select(*_PUBLIC).where(_THIS)
_CHANGE: Final = update(resources).where(_THIS)
_INSTALLATION: Final = select(installation.c.id)
_NOTHING_YET = output_to(TerraformOutput(logs=()))


class SqlResources(Resources):
    """The table `resources`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def installation(self) -> InstallationId:
        """Return what the first migration of this database made up."""
        return InstallationId(self._session.run(_INSTALLATION).scalar_one())

    def add(
        self,
        *,
        user_id: UserId,
        credential_id: CredentialId,
        kind: ResourceKind,
        name: str,
        spec: Mapping[str, Json],
        at: datetime,
    ) -> Resource:
        """Insert the resource; a taken name leaves the unit usable."""
        row = insert(resources).values(
            user_id=user_id,
            credential_id=credential_id,
            kind=kind.value,
            name=name,
            spec=dict(spec),
            status=ResourceStatus.PENDING.value,
            terraform_output=_NOTHING_YET,
            created_at=at,
            updated_at=at,
        )
        unless_taken = row.on_conflict_do_nothing(
            index_elements=["credential_id", "kind", "name"],
            index_where=ONCE_PER_NAME,
        )
        added = self._session.attempt(unless_taken.returning(*_PUBLIC)).one_or_none()
        return self._taken(credential_id, kind, name) if added is None else resource_from(added)

    def _taken(self, credential_id: CredentialId, kind: ResourceKind, name: str) -> NoReturn:
        there = select(resources.c.id).where(
            resources.c.credential_id == credential_id,
            resources.c.kind == kind.value,
            resources.c.name == name,
            resources.c.status != ResourceStatus.DESTROYED.value,
        )
        resource_id = self._session.run(there).scalar_one_or_none()
        if resource_id is None:
            raise Conflict(
                f"Credential {credential_id} had a resource of that kind and name until just now.",
                remedy="Try again, or choose another name.",
            )
        raise Conflict(
            f"Credential {credential_id} already has resource {resource_id} of that kind and name.",
            remedy="Choose another name, or destroy that one first with "
            f"`multicloud destroy {resource_id}`.",
        )

    def get(self, resource_id: ResourceId, *, for_update: bool = False) -> Resource:
        """Return the resource; what refers to it may come and go even while it is locked."""
        chosen = _ONE.with_for_update(key_share=True) if for_update else _ONE
        row = self._session.run(chosen, of_resource=resource_id).one_or_none()
        return _missing(resource_id) if row is None else resource_from(row)

    def save(self, resource: Resource) -> None:
        """Overwrite what moves."""
        self._change(resource.id, status=resource.status.value, updated_at=resource.updated_at)

    def bind(self, resource_id: ResourceId, sub_account_id: SubAccountId) -> None:
        """Overwrite where it is built."""
        self._change(resource_id, sub_account_id=sub_account_id)

    def page(
        self, chosen: ResourceFilter, *, after: ResourceId | None, limit: int
    ) -> Sequence[Resource]:
        """Return the next resources in the order of their ids."""
        rows = select(*_PUBLIC).where(resources.c.id > (after or 0), *_conditions(chosen))
        return [
            resource_from(row)
            for row in self._session.run(rows.order_by(resources.c.id).limit(limit))
        ]

    def output(self, resource_id: ResourceId) -> TerraformOutput:
        """Return what the last run left."""
        return output_from(self._one(resource_id, resources.c.terraform_output)[0])

    def sensitive_outputs(self, resource_id: ResourceId) -> SealedSecret | None:
        """Return what no other method reads."""
        sealed = self._one(resource_id, resources.c.sensitive_outputs)[0]
        return None if sealed is None else SealedSecret(sealed)

    def save_output(
        self, resource_id: ResourceId, output: TerraformOutput, *, sensitive: SealedSecret | None
    ) -> None:
        """Overwrite both."""
        self._change(
            resource_id,
            terraform_output=output_to(output),
            sensitive_outputs=None if sensitive is None else sensitive.ciphertext,
        )

    def replace_sensitive_outputs(self, resource_id: ResourceId, sealed: SealedSecret) -> None:
        """Overwrite what is sealed."""
        self._change(resource_id, sensitive_outputs=sealed.ciphertext)

    def main_objects(
        self, resource_ids: Collection[ResourceId]
    ) -> Mapping[ResourceId, Sequence[InventoryItem]]:
        """Join what the states say exists with the inventory."""
        return main_objects(self._session, resource_ids)

    def _one(self, resource_id: ResourceId, column: ColumnElement[Any]) -> Row[Any]:
        chosen = select(column).where(resources.c.id == resource_id)
        row = self._session.run(chosen).one_or_none()
        return _missing(resource_id) if row is None else row

    def _change(self, resource_id: ResourceId, **values: object) -> None:
        changed = self._session.run(_CHANGE, subject="", of_resource=resource_id, **values)
        if changed.rowcount == 0:
            _missing(resource_id)


def _conditions(chosen: ResourceFilter) -> list[ColumnElement[bool]]:
    wanted = {
        "user_id": chosen.user_id,
        "credential_id": chosen.credential_id,
        "kind": chosen.kind and chosen.kind.value,
    }
    conditions = [resources.c[name] == value for name, value in wanted.items() if value is not None]
    if chosen.provider is not None:
        kinds = [kind.value for kind in ResourceKind.of(chosen.provider)]
        conditions.append(resources.c.kind.in_(kinds))
    statuses = sorted(status.value for status in chosen.statuses)
    return [*conditions, resources.c.status.in_(statuses)]


def _missing(resource_id: ResourceId) -> NoReturn:
    raise no_resource(resource_id)
