"""What every store of the inventory promises about the past."""

from datetime import datetime

from application.ports.inventory import InventoryFilter
from application.ports.unit_of_work import OpenUnitOfWork
from domain.inventory import ChangeKind, FieldChange, ItemState
from domain.retention import Ledger
from tests.contract.store_builders import (
    HOUR,
    NOW,
    a_resource,
    add_credential,
    listed,
    shown,
)


class HistoryRepositoryContract:
    def test_the_inventory_at_each_past_moment_is_what_was_shown_then(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        then = self._a_life(units)
        for at, expected in then.items():
            assert self._states(units, at) == expected, at
        assert self._states(units, NOW - HOUR) == {}
        assert owner.id

    def _a_life(self, units: OpenUnitOfWork) -> dict[datetime, dict[str, tuple[str, ItemState]]]:
        """Let items appear, change, go missing, be deleted and return; note each moment."""
        owner = add_credential(units, name="another")
        steps = [
            [a_resource("i-1", status="running"), a_resource("i-2", status="running")],
            [a_resource("i-1", status="stopped"), a_resource("i-2", status="running")],
            [a_resource("i-1", status="stopped")],
            [a_resource("i-1", status="stopped"), a_resource("i-3", status="running")],
            [a_resource("i-1", status="running"), a_resource("i-2", status="reborn")],
        ]
        noted = {}
        for number, resources in enumerate(steps):
            at = NOW + number * HOUR
            listed(units, owner, resources, at=at)
            noted[at] = self._states(units, None)
            noted[at + HOUR / 2] = noted[at]
        return noted

    @staticmethod
    def _states(units: OpenUnitOfWork, at: datetime | None) -> dict[str, tuple[str, ItemState]]:
        return {
            item.resource.external_id: (item.resource.status or "", item.state)
            for item in shown(units, at)
        }

    def test_a_past_item_is_shown_whole_as_it_was(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", name="old", tags={"a": "1"}, attributes={"x": 1})])
        (before,) = shown(units)
        listed(units, owner, [a_resource("i-1", name="new", region="us-east-1")], at=NOW + HOUR)
        assert shown(units, NOW + HOUR / 2) == [before]

    def test_a_filter_on_the_past_looks_at_the_past(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", region="eu-central-1", tags={"team": "blue"})])
        listed(units, owner, [a_resource("i-1", region="us-east-1")], at=NOW + HOUR)
        for chosen, expected in (
            (InventoryFilter(at=NOW, region="eu-central-1"), 1),
            (InventoryFilter(at=NOW, region="us-east-1"), 0),
            (InventoryFilter(at=NOW, tags=(("team", "blue"),)), 1),
            (InventoryFilter(at=NOW + HOUR, region="us-east-1"), 1),
            (InventoryFilter(at=NOW + HOUR, tags=(("team", "blue"),)), 0),
            (InventoryFilter(at=NOW, states=frozenset({ItemState.MISSING})), 0),
        ):
            with units() as work:
                assert len(work.inventory.page(chosen, after=None, limit=10)) == expected, chosen

    def test_each_change_is_recorded_the_latest_first(self, units: OpenUnitOfWork) -> None:
        owner = add_credential(units)
        listed(units, owner, [a_resource("i-1", name="web")])
        listed(units, owner, [a_resource("i-1", name="api")], at=NOW + HOUR)
        for hours in (2, 3):
            listed(units, owner, [], at=NOW + hours * HOUR)
        listed(units, owner, [a_resource("i-1", name="api")], at=NOW + 4 * HOUR)
        with units() as work:
            changes = work.inventory.changes(limit=10)
        assert [(change.kind, change.at) for change in changes] == [
            (ChangeKind.RETURNED, NOW + 4 * HOUR),
            (ChangeKind.DELETED, NOW + 3 * HOUR),
            (ChangeKind.MISSING, NOW + 2 * HOUR),
            (ChangeKind.CHANGED, NOW + HOUR),
            (ChangeKind.APPEARED, NOW),
        ]
        assert [change.name for change in changes] == ["api", "api", "api", "api", "web"]
        assert {change.external_id for change in changes} == {"i-1"}

    def test_a_change_names_the_fields_that_differ_in_alphabetical_order(
        self, units: OpenUnitOfWork
    ) -> None:
        owner = add_credential(units)
        old = a_resource("i-1", status="running", tags={"a": "1"}, attributes={"net": {"ip": "1"}})
        new = a_resource("i-1", status="stopped", tags={"b": "2"}, attributes={"net": {"ip": "2"}})
        listed(units, owner, [old])
        listed(units, owner, [new], at=NOW + HOUR)
        listed(units, owner, [], at=NOW + 2 * HOUR)
        with units() as work:
            missing, changed, appeared = work.inventory.changes(limit=10)
        assert changed.fields == (
            FieldChange(field="attributes.net.ip", before="1", after="2"),
            FieldChange(field="status", before="running", after="stopped"),
            FieldChange(field="tags.a", before="1", after=None),
            FieldChange(field="tags.b", before=None, after="2"),
        )
        assert (missing.fields, appeared.fields) == ((), ())

    def test_changes_can_be_asked_for_by_user_by_item_and_since_when(
        self, units: OpenUnitOfWork
    ) -> None:
        ada = add_credential(units, email="ada@example.org")
        grace = add_credential(units, email="grace@example.org")
        listed(units, ada, [a_resource("i-1"), a_resource("i-2")])
        listed(units, grace, [a_resource("i-3")], at=NOW + HOUR)
        first = shown(units)[0]
        with units() as work:
            changes = work.inventory.changes
            assert len(changes(user_id=ada.user_id, limit=10)) == 2
            assert [change.item_id for change in changes(item_id=first.id, limit=10)] == [first.id]
            assert [change.external_id for change in changes(since=NOW + HOUR, limit=9)] == ["i-3"]
            assert len(changes(limit=2)) == 2

    def test_forgetting_old_changes_spoils_no_answer_about_later_times(
        self, units: OpenUnitOfWork
    ) -> None:
        then = self._a_life(units)
        cutoff = NOW + 2 * HOUR
        with units() as work:
            forgotten = work.archive.forget(Ledger.INVENTORY_CHANGES, before=cutoff, limit=100)
            work.commit()
        assert forgotten == 3
        for at, expected in then.items():
            if at >= cutoff:
                assert self._states(units, at) == expected, at
