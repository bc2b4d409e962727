"""What was asked for, in memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from datetime import datetime

from adapters.fakes.memory_inventory import MemoryInventory
from adapters.fakes.memory_tables import Tables
from application.ports.errors import Conflict, NotFound
from application.ports.provisioning import ResourceFilter, Resources, TerraformOutput
from domain.accounts import CredentialId, SealedSecret, SubAccountId, UserId
from domain.inventory import InventoryItem, ItemId, Json, ResourceKind
from domain.provisioning import InstallationId, Resource, ResourceId, ResourceStatus


class MemoryResources(Resources):
    """Resources, kept in the tables of one unit."""

    def __init__(
        self,
        tables: Tables,
        ids: Iterator[int],
        installation: InstallationId,
        inventory: MemoryInventory,
    ) -> None:
        self._tables = tables
        self._ids = ids
        self._installation = installation
        self._inventory = inventory

    def installation(self) -> InstallationId:
        """Return what the store was given."""
        return self._installation

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
        """Add the resource."""
        credential = self._tables.credentials.get(credential_id)
        if credential is None or credential.user_id != user_id:
            raise NotFound("There is no such credential, or it belongs to another user.")
        for there in self._tables.resources.values():
            used = (there.credential_id, there.kind, there.name) == (credential_id, kind, name)
            if used and there.status is not ResourceStatus.DESTROYED:
                raise Conflict(
                    f"Credential {credential_id} already has resource {there.id} of that kind "
                    "and name."
                )
        resource = Resource(
            id=ResourceId(next(self._ids)),
            user_id=user_id,
            credential_id=credential_id,
            kind=kind,
            name=name,
            spec=spec,
            status=ResourceStatus.PENDING,
            created_at=at,
            updated_at=at,
        )
        self._tables.resources[resource.id] = _copied(resource)
        return _copied(resource)

    def get(
        self,
        resource_id: ResourceId,
        *,
        for_update: bool = False,  # noqa: ARG002 - a unit in memory is alone anyway
    ) -> Resource:
        """Return the resource with this id."""
        return _copied(self._tables.resource(resource_id))

    def save(self, resource: Resource) -> None:
        """Overwrite what moves."""
        there = self._tables.resource(resource.id)
        self._tables.resources[there.id] = replace(
            there, status=resource.status, updated_at=resource.updated_at
        )

    def bind(self, resource_id: ResourceId, sub_account_id: SubAccountId) -> None:
        """Overwrite where it is built."""
        there = self._tables.resource(resource_id)
        self._tables.resources[there.id] = replace(there, sub_account_id=sub_account_id)

    def page(
        self, chosen: ResourceFilter, *, after: ResourceId | None, limit: int
    ) -> Sequence[Resource]:
        """Return the next resources in the order of their ids."""
        in_order = [there for _, there in sorted(self._tables.resources.items())]
        later = [there for there in in_order if there.id > (after or 0)]
        return [_copied(there) for there in later if _matches(there, chosen)][:limit]

    def output(self, resource_id: ResourceId) -> TerraformOutput:
        """Return what the last run left."""
        there = self._tables.resource(resource_id)
        return deepcopy(self._tables.outputs.get(there.id, TerraformOutput(logs=())))

    def sensitive_outputs(self, resource_id: ResourceId) -> SealedSecret | None:
        """Return what is sealed."""
        return self._tables.sensitive_outputs.get(self._tables.resource(resource_id).id)

    def save_output(
        self, resource_id: ResourceId, output: TerraformOutput, *, sensitive: SealedSecret | None
    ) -> None:
        """Overwrite both."""
        there = self._tables.resource(resource_id)
        self._tables.outputs[there.id] = deepcopy(output)
        self._tables.sensitive_outputs.pop(there.id, None)
        if sensitive is not None:
            self._tables.sensitive_outputs[there.id] = sensitive

    def replace_sensitive_outputs(self, resource_id: ResourceId, sealed: SealedSecret) -> None:
        """Overwrite what is sealed."""
        self._tables.sensitive_outputs[self._tables.resource(resource_id).id] = sealed

    def main_objects(
        self, resource_ids: Collection[ResourceId]
    ) -> Mapping[ResourceId, Sequence[InventoryItem]]:
        """Return the items that the objects of each resource are."""
        found = {each: [*map(self._inventory.get, self._seen(each))] for each in set(resource_ids)}
        return {resource_id: items for resource_id, items in found.items() if items}

    def _seen(self, resource_id: ResourceId) -> list[ItemId]:
        owner = self._tables.resources.get(resource_id)
        objects = self._tables.objects.get(resource_id, ())
        wanted = {(found.kind, found.external_id) for found in objects if found.kind}
        return sorted(
            kept.item.id
            for kept in self._tables.items.values()
            if owner is not None
            and kept.item.user_id == owner.user_id
            and (kept.item.scope.kind, kept.item.resource.external_id) in wanted
        )


def _copied(resource: Resource) -> Resource:
    return replace(resource, spec=deepcopy(dict(resource.spec)))


def _matches(resource: Resource, chosen: ResourceFilter) -> bool:
    return (
        chosen.user_id in {None, resource.user_id}
        and chosen.credential_id in {None, resource.credential_id}
        and chosen.provider in {None, resource.kind.provider}
        and chosen.kind in {None, resource.kind}
        and resource.status in chosen.statuses
    )
