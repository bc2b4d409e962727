"""What every store of the inventory promises about showing it."""

from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import Provider
from domain.inventory import ItemId, Location, ResourceKind, Scope
from domain.syncs import ScopeRecord, ScopeStatus
from tests.contract.store_builders import (
    EVERY_STATE,
    HOUR,
    NOW,
    a_resource,
    a_scope,
    add_credential,
    listed,
    shown,
)


class InventoryListingContract:
    def test_items_come_page_by_page_each_once_in_the_order_of_their_ids(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource(f"i-{n}") for n in range(7)])
        seen: list[ItemId] = []
        with units() as work:
            while page := work.inventory.page(
                InventoryFilter(), after=seen[-1] if seen else None, limit=3
            ):
                assert len(page) <= 3
                seen += [item.id for item in page]
        assert seen == sorted(set(seen))
        assert len(seen) == 7

    def test_each_part_of_a_filter_narrows_the_choice(self, units: OpenUnitOfWork) -> None:
        ada = add_credential(units, email="ada@example.org")
        grace = add_credential(units, email="grace@example.org")
        listed(units, ada, [a_resource("i-1", region="eu-central-1", tags={"a": "1", "b": "2"})])
        bucket = Scope(
            credential_id=grace.id, kind=ResourceKind.AWS_S3_BUCKET, location=Location("global")
        )
        listed(
            units, grace, [a_resource("logs", region="us-east-1", tags={"a": "1"})], scope=bucket
        )
        assert self._chosen(units, InventoryFilter()) == ["i-1", "logs"]
        assert self._chosen(units, InventoryFilter(user_id=ada.user_id)) == ["i-1"]
        assert self._chosen(units, InventoryFilter(credential_id=grace.id)) == ["logs"]
        assert self._chosen(units, InventoryFilter(kind=ResourceKind.AWS_S3_BUCKET)) == ["logs"]
        assert self._chosen(units, InventoryFilter(region="us-east-1")) == ["logs"]
        assert self._chosen(units, InventoryFilter(provider=Provider.GCP)) == []
        assert self._chosen(units, InventoryFilter(tags=(("a", "1"),))) == ["i-1", "logs"]
        assert self._chosen(units, InventoryFilter(tags=(("a", "1"), ("b", "2")))) == ["i-1"]
        assert self._chosen(units, InventoryFilter(tags=(("a", "2"),))) == []

    def test_deleted_items_are_shown_only_when_asked_for(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1")])
        for hours in (1, 2):
            listed(units, owner, [], at=NOW + hours * HOUR)
        assert self._chosen(units, InventoryFilter()) == []
        assert self._chosen(units, InventoryFilter(states=EVERY_STATE)) == ["i-1"]
        assert self._chosen(units, InventoryFilter(states=frozenset())) == []

    @staticmethod
    def _chosen(units: OpenUnitOfWork, chosen: InventoryFilter) -> list[str]:
        with units() as work:
            items = work.inventory.page(chosen, after=None, limit=100)
        return [item.resource.external_id for item in items]

    def test_an_active_item_was_last_seen_when_its_scope_was_last_listed(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1"), a_resource("i-2")])
        assert [item.last_seen_at for item in shown(units)] == [None, None]
        listed(units, owner, [a_resource("i-1")], at=NOW + HOUR)
        self._completed(
            units,
            ScopeRecord(
                scope=a_scope(owner),
                status=ScopeStatus.COMPLETE,
                attempted_at=NOW + HOUR,
                completed_at=NOW + HOUR,
            ),
        )
        assert [item.last_seen_at for item in shown(units)] == [NOW + HOUR, None]

    def test_an_item_whose_disappearance_is_not_believed_was_not_seen(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        held = a_resource("i-1")
        listed(units, owner, [held, a_resource("i-2")])
        self._completed(
            units,
            ScopeRecord(
                scope=a_scope(owner),
                status=ScopeStatus.SUSPECT,
                attempted_at=NOW + HOUR,
                completed_at=NOW + HOUR,
                held=frozenset({held.external_id}),
            ),
        )
        assert [item.last_seen_at for item in shown(units)] == [None, NOW + HOUR]

    @staticmethod
    def _completed(units: OpenUnitOfWork, record: ScopeRecord) -> None:
        with units() as work:
            work.scopes.save(record)
            work.commit()
