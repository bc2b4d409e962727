"""What every store promises about what it saw of our resources."""

from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Credential
from domain.inventory import InventoryItem, ItemState, ResourceId
from tests.contract.provisioning_builders import (
    NO_RESOURCE,
    a_state,
    add_resource,
    an_object,
    put_state,
)
from tests.contract.store_builders import HOUR, NOW, a_resource, add_credential, listed, shown

GRACE = "grace@example.org"


class MainObjectsContract:
    def test_what_was_seen_of_the_objects_of_resources_comes_in_any_state(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        machine, network, unseen = (add_resource(units, owner, name=name) for name in "abc")
        listed(units, owner, [a_resource("i-1"), a_resource("i-2"), a_resource("i-3")])
        for hours in (1, 2):
            listed(units, owner, [a_resource("i-3")], at=NOW + hours * HOUR)
        helper = an_object("i-3", None, address="aws_subnet.this")
        put_state(
            units, machine, a_state(1), an_object("i-2"), an_object("i-1", address="a.b"), helper
        )
        put_state(units, network, a_state(1), an_object("i-3"))
        put_state(units, unseen, a_state(1), an_object("i-4"))
        seen = self._seen(units, machine.id, network.id, unseen.id, NO_RESOURCE)
        assert {owner: self._described(items) for owner, items in seen.items()} == {
            machine.id: [("i-1", ItemState.DELETED), ("i-2", ItemState.DELETED)],
            network.id: [("i-3", ItemState.ACTIVE)],
        }
        assert seen[network.id] == [item for item in shown(units) if item.resource_id == network.id]
        assert self._seen(units) == {}

    def test_an_object_that_two_keys_of_its_user_see_is_two_items(
        self, units: OpenUnitOfWork
    ) -> None:
        keys: list[Credential] = [add_credential(units, name=name) for name in ("a", "b")]
        stranger = add_credential(units, email=GRACE)
        resource = add_resource(units, keys[0])
        for owner in (*keys, stranger):
            listed(units, owner, [a_resource("i-1")])
        put_state(units, resource, a_state(1), an_object("i-1"))
        seen = self._seen(units, resource.id)[resource.id]
        assert [item.scope.credential_id for item in seen] == [key.id for key in keys]

    @staticmethod
    def _seen(
        units: OpenUnitOfWork, *resource_ids: ResourceId
    ) -> dict[ResourceId, list[InventoryItem]]:
        with units() as work:
            found = work.resources.main_objects(resource_ids)
        return {resource_id: list(items) for resource_id, items in found.items()}

    @staticmethod
    def _described(items: list[InventoryItem]) -> list[tuple[str, ItemState]]:
        return [(item.resource.external_id, item.state) for item in items]
