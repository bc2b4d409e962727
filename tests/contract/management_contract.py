"""What every store promises about whose the items of the inventory are."""

from application.ports.unit_of_work import OpenUnitOfWork
from domain.inventory import Location, Management, ResourceKind, Scope
from tests.contract.ownership_builders import management, ownership, whose
from tests.contract.provisioning_builders import (
    a_state,
    add_resource,
    an_object,
    put_state,
)
from tests.contract.store_builders import (
    HOUR,
    NOW,
    a_resource,
    a_scope,
    add_credential,
    listed,
    shown,
)

GRACE = "grace@example.org"


class ManagementContract:
    def test_an_item_that_a_state_knows_is_managed_by_its_resource(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        resource = add_resource(units, owner)
        listed(units, owner, [a_resource("i-1"), a_resource("i-2")])
        put_state(units, resource, a_state(1), an_object("i-1"))
        expected = (Management.MANAGED, resource.id)
        assert management(units) == {"i-1": expected, "i-2": (Management.UNMANAGED, None)}
        for item in shown(units):
            with units() as work:
                assert work.inventory.get(item.id) == item
        put_state(units, resource, a_state(2))
        assert management(units)["i-1"] == (Management.UNMANAGED, None)

    def test_only_the_same_kind_of_the_same_user_is_managed(self, units: OpenUnitOfWork) -> None:
        ada, grace = add_credential(units), add_credential(units, email=GRACE)
        second_key = add_credential(units, name="second key")
        resource = add_resource(units, ada)
        network = Scope(
            credential_id=ada.id, kind=ResourceKind.AWS_VPC, location=Location("eu-central-1")
        )
        listed(units, ada, [a_resource("x-1")], scope=network)
        for owner in (ada, grace, second_key):
            listed(units, owner, [a_resource("x-1")])
        helper = an_object(None, None, address="aws_subnet.this")
        put_state(units, resource, a_state(1), an_object("x-1"), helper)
        managed = {item.scope for item in shown(units) if item.resource_id == resource.id}
        assert managed == {a_scope(ada), a_scope(second_key)}

    def test_whose_an_item_is_at_a_past_time_is_told_as_of_now(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        resource = add_resource(units, owner)
        listed(units, owner, [a_resource("i-1"), a_resource("i-2")])
        listed(
            units,
            owner,
            [a_resource("i-1"), a_resource("i-2", tags=ownership(units))],
            at=NOW + HOUR,
        )
        put_state(units, resource, a_state(1), an_object("i-1"))
        first, second = shown(units, at=NOW)
        assert (first.management, first.resource_id) == (Management.MANAGED, resource.id)
        assert (second.management, second.resource.tags) == (Management.ORPHANED, {})
        assert whose(units, at=NOW)[Management.MANAGED] == ["i-1"]
        assert whose(units, at=NOW)[Management.ORPHANED] == ["i-2"]

    def test_an_item_that_two_states_claim_is_shown_once_with_the_older_resource(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        older, newer = (add_resource(units, owner, name=name) for name in ("a", "b"))
        listed(units, owner, [a_resource("i-1")])
        for resource in (newer, older):
            put_state(units, resource, a_state(1), an_object("i-1"))
        assert [(item.management, item.resource_id) for item in shown(units)] == [
            (Management.MANAGED, older.id)
        ]
        assert whose(units)[Management.MANAGED] == ["i-1"]
