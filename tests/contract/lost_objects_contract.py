"""What every store promises about what is ours and lost."""

from application.ports.unit_of_work import OpenUnitOfWork
from domain.inventory import Location, Management, ResourceKind, Scope
from domain.provisioning import ResourceStatus
from tests.contract.ownership_builders import completed, management, ownership, whose
from tests.contract.provisioning_builders import (
    a_state,
    add_resource,
    an_object,
    become,
    put_state,
)
from tests.contract.store_builders import HOUR, NOW, a_resource, add_credential, listed, shown
from tests.contract.terraform_archive_contract import BUILT, GONE

GRACE = "grace@example.org"


class LostObjectsContract:
    def test_an_item_with_our_tags_that_no_state_knows_is_orphaned(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        ours = ownership(units)
        elsewhere = ours | {"multi-cloud-installation": "00000000-0000-0000-0000-000000000000"}
        partly = {"multi-cloud-installation": ours["multi-cloud-installation"]}
        put_state(units, add_resource(units, owner), a_state(1), an_object("i-known"))
        listed(
            units,
            owner,
            [
                a_resource("i-elsewhere", tags=elsewhere),
                a_resource("i-known", tags=ours),
                a_resource("i-lost", tags=ours),
                a_resource("i-partly", tags=partly),
                a_resource("i-unread", tags_readable=False),
            ],
        )
        assert whose(units) == {
            Management.MANAGED: ["i-known"],
            Management.UNMANAGED: ["i-elsewhere", "i-partly", "i-unread"],
            Management.ORPHANED: ["i-lost"],
        }
        assert management(units)["i-lost"] == (Management.ORPHANED, None)

    def test_a_network_of_google_cloud_says_in_its_description_whose_it_is(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        ours = " ".join(f"{name}={value}" for name, value in ownership(units).items())
        networks = Scope(
            credential_id=owner.id, kind=ResourceKind.GCP_NETWORK, location=Location("global")
        )
        descriptions = {"1": ours, "2": f"not {ours}", "3": f"{ours}0", "4": "", "5": None, "6": 7}
        listed(
            units,
            owner,
            [
                a_resource(identity, attributes={"description": text})
                for identity, text in descriptions.items()
            ],
            scope=networks,
        )
        listed(units, owner, [a_resource("i-1", attributes={"description": ours})])
        assert whose(units)[Management.ORPHANED] == ["1"]

    def test_what_was_just_destroyed_is_not_called_lost_before_somebody_looks_again(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        resource = add_resource(units, owner)
        listed(units, owner, [a_resource("i-1", tags=ownership(units, resource.id))])
        destroyed = become(units, resource, *GONE)
        for completed_at in (NOW, destroyed.updated_at):
            completed(units, owner, at=completed_at)
            assert whose(units)[Management.ORPHANED] == []
        completed(units, owner, at=destroyed.updated_at + HOUR)
        assert whose(units)[Management.ORPHANED] == ["i-1"]

    def test_what_a_run_just_made_is_not_called_lost_while_the_run_is_at_work(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        resource = become(units, add_resource(units, owner), ResourceStatus.PROVISIONING)
        listed(units, owner, [a_resource("i-1", tags=ownership(units, resource.id))])
        completed(units, owner, at=resource.updated_at + HOUR)
        assert whose(units)[Management.UNMANAGED] == ["i-1"]
        failed = become(units, resource, ResourceStatus.FAILED)
        completed(units, owner, at=failed.updated_at + HOUR)
        assert whose(units)[Management.ORPHANED] == ["i-1"]

    def test_what_another_user_of_the_same_account_has_is_not_lost(
        self, units: OpenUnitOfWork
    ) -> None:
        ada, grace = add_credential(units), add_credential(units, email=GRACE)
        resource = become(units, add_resource(units, ada), *BUILT)
        put_state(units, resource, a_state(1), an_object("i-1"))
        seen = a_resource("i-1", tags=ownership(units, resource.id))
        for owner in (ada, grace):
            listed(units, owner, [seen])
            completed(units, owner, at=resource.updated_at + HOUR)
        assert [item.management for item in shown(units)] == [
            Management.MANAGED,
            Management.UNMANAGED,
        ]

    def test_a_tag_that_names_no_resource_of_ours_accounts_for_nothing(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        resource = become(units, add_resource(units, owner), ResourceStatus.PROVISIONING)
        odd = ("987654", "", "one", f" {resource.id}", f"{resource.id}x", "9" * 19, "-1", "\u0661")
        tagged = [
            a_resource(f"i-{number}", tags=ownership(units) | {"multi-cloud-resource-id": text})
            for number, text in enumerate(odd)
        ]
        listed(units, owner, tagged)
        assert len(whose(units)[Management.ORPHANED]) == len(odd)

    def test_what_is_gone_is_not_called_lost_but_stays_with_its_resource(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        resource = add_resource(units, owner)
        ours = ownership(units)
        listed(units, owner, [a_resource("i-1", tags=ours), a_resource("i-2", tags=ours)])
        put_state(units, resource, a_state(1), an_object("i-1"))
        for hours in (1, 2):
            listed(units, owner, [], at=NOW + hours * HOUR)
            assert whose(units) == {
                Management.MANAGED: ["i-1"],
                Management.UNMANAGED: ["i-2"],
                Management.ORPHANED: [],
            }
