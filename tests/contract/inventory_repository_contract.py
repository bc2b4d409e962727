"""What every store of the inventory promises about the present."""

from dataclasses import replace
from datetime import timedelta

import pytest

from application.ports.errors import NotFound
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import UserId
from domain.inventory import ItemId, ItemState
from domain.reconciliation import Changes, Newcomer
from tests.contract.store_builders import (
    HOUR,
    NOW,
    a_resource,
    a_scope,
    add_credential,
    listed,
    shown,
)


class InventoryRepositoryContract:
    def test_what_appeared_is_shown_as_it_was_observed(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        seen = replace(
            a_resource(
                "i-1",
                name="web",
                tags={"team": "blue", "größe": "ü\t\\N\n\r'\"😀"},
                attributes={
                    "cpus": 2,
                    "ratio": 0.5,
                    "nested": {"on": True, "none": None, "l": [1]},
                },
            ),
            uri="arn:aws:ec2:eu-central-1:1:instance/i-1",
            created_at=NOW - timedelta(days=3),
        )
        listed(units, owner, [seen])
        (item,) = shown(units)
        assert item.resource == seen
        assert (item.user_id, item.scope, item.state) == (
            owner.user_id,
            a_scope(owner),
            ItemState.ACTIVE,
        )
        assert (item.first_seen_at, item.changed_at) == (NOW, NOW)

    def test_an_item_is_found_by_its_id_and_an_unknown_one_is_not(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1")])
        (item,) = shown(units)
        with units() as work:
            assert work.inventory.get(item.id) == item
            with pytest.raises(NotFound):
                work.inventory.get(ItemId(987_654))

    def test_a_second_equal_listing_changes_nothing(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        resources = [a_resource(f"i-{n}", tags={"n": str(n)}) for n in range(20)]
        listed(units, owner, resources)
        before = shown(units)
        changes = listed(units, owner, resources, at=NOW + HOUR)
        assert (len(changes), changes.unchanged) == (0, 20)
        assert shown(units) == before

    def test_a_changed_item_shows_its_new_content_and_when_it_changed(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", status="running"), a_resource("i-2")])
        listed(
            units, owner, [a_resource("i-1", status="stopped"), a_resource("i-2")], at=NOW + HOUR
        )
        first, second = shown(units)
        assert (first.resource.status, first.changed_at) == ("stopped", NOW + HOUR)
        assert first.first_seen_at == NOW
        assert second.changed_at == NOW

    def test_tags_that_cannot_be_read_leave_the_known_ones(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", tags={"team": "blue"})])
        unread = a_resource("i-1", status="stopped", tags_readable=False)
        listed(units, owner, [unread], at=NOW + HOUR)
        (item,) = shown(units)
        assert (item.resource.status, item.resource.tags) == ("stopped", {"team": "blue"})
        again = a_resource("i-1", status="stopped", tags={"team": "blue"})
        assert len(listed(units, owner, [again], at=NOW + 2 * HOUR)) == 0

    def test_tags_that_were_never_readable_are_unknown_until_they_are(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", tags_readable=False)])
        assert shown(units)[0].resource.tags is None
        listed(units, owner, [a_resource("i-1", tags={"team": "blue"})], at=NOW + HOUR)
        assert shown(units)[0].resource.tags == {"team": "blue"}

    def test_an_absent_item_is_missing_then_deleted_and_its_row_is_kept(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", name="web")])
        listed(units, owner, [], at=NOW + HOUR)
        (item,) = shown(units)
        assert (item.state, item.missing_since) == (ItemState.MISSING, NOW + HOUR)
        listed(units, owner, [], at=NOW + 2 * HOUR)
        (item,) = shown(units)
        assert (item.state, item.deleted_at) == (ItemState.DELETED, NOW + 2 * HOUR)
        assert item.resource.name == "web"
        with units() as work:
            assert dict(work.inventory.known(a_scope(owner))) == {}

    def test_a_missing_item_that_is_seen_again_is_active_and_no_longer_missing(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1")])
        listed(units, owner, [], at=NOW + HOUR)
        listed(units, owner, [a_resource("i-1")], at=NOW + 2 * HOUR)
        (item,) = shown(units)
        assert (item.state, item.missing_since) == (ItemState.ACTIVE, None)

    def test_a_deleted_item_that_is_seen_again_takes_its_row_again(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", tags={"team": "blue"})])
        (first,) = shown(units)
        for hours in (1, 2):
            listed(units, owner, [], at=NOW + hours * HOUR)
        listed(units, owner, [a_resource("i-1", name="new")], at=NOW + 3 * HOUR)
        (item,) = shown(units)
        assert (item.id, item.first_seen_at) == (first.id, NOW)
        assert (item.state, item.deleted_at) == (ItemState.ACTIVE, None)
        assert (item.resource.name, item.resource.tags) == ("new", {})

    def test_a_listing_of_one_scope_leaves_every_other_alone(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        other = a_scope(owner, "us-east-1")
        listed(units, owner, [a_resource("i-1")])
        listed(units, owner, [a_resource("i-1")], scope=other)
        (first, _) = shown(units)
        foreign = Changes(missing=(first.id,))
        with units() as work:
            work.inventory.apply(other, foreign, user_id=owner.user_id, at=NOW + HOUR)
            work.commit()
        assert [item.state for item in shown(units)] == [ItemState.ACTIVE, ItemState.ACTIVE]

    def test_two_scopes_are_written_in_one_unit(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        seen = a_resource("i-1")
        new = Changes(appeared=(Newcomer(observed=seen, fingerprint=seen.fingerprint()),))
        with units() as work:
            for location in ("eu-central-1", "us-east-1"):
                scope = a_scope(owner, location)
                work.inventory.apply(scope, new, user_id=owner.user_id, at=NOW)
            work.commit()
        assert len(shown(units)) == 2

    def test_nothing_is_written_for_a_credential_of_somebody_else(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        stranger = replace(owner, user_id=UserId(owner.user_id + 1000))
        with pytest.raises(NotFound, match="credential"):
            listed(units, stranger, [a_resource("i-1")])
        assert shown(units) == []

    def test_texts_that_no_database_keeps_are_kept_somehow_and_stay_unchanged(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        odd = a_resource(
            "i-1",
            name="nul \x00 lone \ud800",
            tags={"k\x00": "v\udfff"},
            attributes={"a\x00": ["\ud800", {"b": "\x00"}], "nan": float("nan")},
        )
        listed(units, owner, [odd])
        assert shown(units)[0].resource.external_id == "i-1"
        assert len(listed(units, owner, [odd], at=NOW + HOUR)) == 0

    def test_what_a_reader_does_to_an_item_changes_nothing(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", tags={"team": "blue"})])
        tags = shown(units)[0].resource.tags
        assert isinstance(tags, dict)
        tags.clear()
        assert shown(units)[0].resource.tags == {"team": "blue"}
