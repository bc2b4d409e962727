"""What a listing means for the inventory."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import hypothesis.strategies as st
import pytest
from hypothesis import given

from domain.inventory import ExternalId, ItemId, ItemState, ObservedResource
from domain.reconciliation import MOST_MARKED_ANEW, Changes, KnownItem, reconcile
from domain.sightings import Sightings
from tests.builders import a_resource

Known = Mapping[ExternalId, KnownItem]


def known_as(
    *resources: ObservedResource, state: ItemState = ItemState.ACTIVE
) -> dict[ExternalId, KnownItem]:
    return {
        resource.external_id: KnownItem(
            id=ItemId(number),
            fingerprint=resource.fingerprint(),
            state=state,
            mark=Sightings([resource]).mark(resource.external_id),
        )
        for number, resource in enumerate(resources, start=1)
    }


def without_marks(known: Known) -> dict[ExternalId, KnownItem]:
    return {identity: replace(item, mark=None) for identity, item in known.items()}


def a_fleet(size: int) -> tuple[ObservedResource, ...]:
    return tuple(a_resource(f"i-{number}") for number in range(size))


def applied(known: Known, changes: Changes) -> dict[ExternalId, KnownItem]:
    """What a store would know after writing *changes*."""
    after = {identity: item for identity, item in known.items() if item.id not in changes.deleted}
    for identity, item in list(after.items()):
        if item.id in changes.missing:
            after[identity] = replace(item, state=ItemState.MISSING)
    for again in (*changes.changed, *changes.returned):
        tags = again.fingerprint.tags or again.known.fingerprint.tags
        after[again.observed.external_id] = KnownItem(
            id=again.known.id,
            fingerprint=again.fingerprint._replace(tags=tags),
            state=ItemState.ACTIVE,
            mark=again.mark,
        )
    marks = dict(changes.marked_anew)
    for identity, item in list(after.items()):
        after[identity] = replace(item, mark=marks.get(item.id, item.mark))
    highest = max((item.id for item in known.values()), default=0)
    for number, newcomer in enumerate(changes.appeared, start=highest + 1):
        after[newcomer.observed.external_id] = KnownItem(
            id=ItemId(number),
            fingerprint=newcomer.fingerprint,
            state=ItemState.ACTIVE,
            mark=newcomer.mark,
        )
    return after


def test_a_resource_never_seen_before_appears() -> None:
    changes = reconcile(known={}, observed=[a_resource("i-1")])
    assert [newcomer.observed.external_id for newcomer in changes.appeared] == ["i-1"]
    assert len(changes) == 1


def test_the_same_resource_twice_in_one_listing_is_one_resource() -> None:
    changes = reconcile(known={}, observed=[a_resource("i-1"), a_resource("i-1")])
    assert len(changes.appeared) == 1


def test_a_resource_that_looks_the_same_is_no_change() -> None:
    changes = reconcile(known=known_as(a_resource()), observed=[a_resource()])
    assert changes == Changes(unchanged=1)


@pytest.mark.parametrize(
    "now",
    [
        a_resource(status="stopped"),
        a_resource(name="renamed"),
        a_resource(tags={"team": "payments"}),
        a_resource(attributes={"instance_type": "t3.large"}),
    ],
)
def test_a_resource_that_looks_different_is_changed(now: ObservedResource) -> None:
    changes = reconcile(known=known_as(a_resource()), observed=[now])
    assert [again.observed for again in changes.changed] == [now]


def test_tags_that_could_not_be_read_are_no_change() -> None:
    known = known_as(a_resource(tags={"team": "payments"}))
    assert_no_change(known, a_resource(tags=None))


def test_the_order_of_tags_and_attributes_means_nothing() -> None:
    known = known_as(a_resource(tags={"a": "1", "b": "2"}, attributes={"x": 1, "y": 2}))
    again = a_resource(tags={"b": "2", "a": "1"}, attributes={"y": 2, "x": 1})
    assert_no_change(known, again)


def test_the_spelling_of_an_address_means_nothing() -> None:
    known = known_as(a_resource(uri="/subscriptions/1/resourceGroups/web"))
    again = a_resource(uri="/subscriptions/1/resourcegroups/WEB")
    assert_no_change(known, again)


def assert_no_change(known: Known, now: ObservedResource) -> None:
    """Check that *now* is no change, and is known by its mark from then on."""
    changes = reconcile(known=known, observed=[now])
    assert (len(changes), changes.unchanged) == (0, 1)
    again = reconcile(known=applied(known, changes), observed=[now])
    assert again == Changes(unchanged=1)


def test_marks_are_kept_anew_a_limited_number_at_a_time() -> None:
    fleet = a_fleet(MOST_MARKED_ANEW + 2)
    known: Known = without_marks(known_as(*fleet))
    for left in (len(fleet), 2, 0):
        changes = reconcile(known=known, observed=fleet)
        assert (len(changes), changes.unchanged) == (0, len(fleet))
        assert len(changes.marked_anew) == min(left, MOST_MARKED_ANEW)
        known = applied(known, changes)


def test_an_item_that_was_kept_without_a_mark_is_compared_all_the_same() -> None:
    known = without_marks(known_as(a_resource("i-1"), a_resource("i-2")))
    now = a_resource("i-2", status="stopped")
    changes = reconcile(known=known, observed=[a_resource("i-1"), now])
    assert ([again.observed for again in changes.changed], changes.unchanged) == ([now], 1)


def test_the_first_complete_listing_without_a_resource_makes_it_missing() -> None:
    assert reconcile(known=known_as(a_resource()), observed=[]).missing == (ItemId(1),)


def test_the_second_complete_listing_without_it_makes_it_deleted() -> None:
    changes = reconcile(known=known_as(a_resource(), state=ItemState.MISSING), observed=[])
    assert changes.deleted == (ItemId(1),)
    assert not changes.missing


def test_a_missing_resource_that_is_seen_again_returns() -> None:
    known = known_as(a_resource(), state=ItemState.MISSING)
    changes = reconcile(known=known, observed=[a_resource()])
    assert [again.known.id for again in changes.returned] == [ItemId(1)]


def test_an_incomplete_listing_removes_nothing() -> None:
    known = known_as(a_resource("i-1"))
    changes = reconcile(known=known, observed=[a_resource("i-2")], complete=False)
    assert not changes.missing
    assert not changes.deleted
    assert len(changes.appeared) == 1


def test_half_of_a_scope_may_vanish() -> None:
    fleet = a_fleet(10)
    changes = reconcile(known=known_as(*fleet), observed=fleet[:5])
    assert len(changes.missing) == 5
    assert not changes.suspect


def test_when_more_than_half_of_a_scope_vanishes_nothing_is_removed() -> None:
    fleet = a_fleet(10)
    changes = reconcile(known=known_as(*fleet), observed=fleet[:4])
    assert changes.held == {resource.external_id for resource in fleet[4:]}
    assert not changes.missing
    assert not changes.deleted


def test_a_suspect_scope_still_takes_in_what_is_new() -> None:
    changes = reconcile(known=known_as(*a_fleet(10)), observed=[a_resource("i-new")])
    assert changes.suspect
    assert len(changes.appeared) == 1


def test_a_small_scope_may_empty_itself() -> None:
    assert len(reconcile(known=known_as(*a_fleet(9)), observed=[]).missing) == 9


def test_a_second_listing_that_agrees_is_believed() -> None:
    known = known_as(*a_fleet(10))
    first = reconcile(known=known, observed=[])
    second = reconcile(known=known, observed=[], held=first.held)
    assert len(second.missing) == 10
    assert not second.suspect


def test_a_second_listing_that_lacks_others_is_not_an_agreement() -> None:
    fleet = a_fleet(20)
    known = known_as(*fleet)
    first = reconcile(known=known, observed=fleet[:8])
    second = reconcile(known=known, observed=fleet[12:], held=first.held)
    assert second.suspect
    assert not second.missing


def test_agreeing_about_a_few_does_not_make_the_vanishing_of_most_others_believable() -> None:
    fleet = a_fleet(15)
    known = known_as(*fleet)
    first = reconcile(known=known, observed=fleet[:5])
    partly = reconcile(known=known, observed=fleet[:14], held=first.held, complete=False)
    assert partly.held == {"i-14"}
    assert reconcile(known=known, observed=[], held=partly.held).suspect


def test_an_incomplete_listing_does_not_forget_the_suspicion() -> None:
    fleet = a_fleet(10)
    held = frozenset(resource.external_id for resource in fleet)
    changes = reconcile(known=known_as(*fleet), observed=fleet[:2], held=held, complete=False)
    assert changes.held == {resource.external_id for resource in fleet[2:]}


resources = st.builds(
    a_resource,
    st.sampled_from([f"i-{number}" for number in range(25)]),
    status=st.sampled_from(["running", "stopped"]),
    tags=st.none() | st.dictionaries(st.sampled_from("abc"), st.text(max_size=3), max_size=2),
)
listings = st.lists(resources, max_size=30, unique_by=lambda each: each.external_id)


def knowledge(observed: Iterable[ObservedResource]) -> Known:
    return applied({}, reconcile(known={}, observed=observed))


@given(before=listings, now=listings)
def test_reconciling_twice_changes_nothing_more_of_what_was_seen(
    before: list[ObservedResource], now: list[ObservedResource]
) -> None:
    known = knowledge(before)
    once = applied(known, reconcile(known=known, observed=now))
    again = reconcile(known=once, observed=now)
    assert not (again.appeared or again.changed or again.returned)


@given(before=listings, now=listings)
def test_everything_observed_is_known_and_active_afterwards(
    before: list[ObservedResource], now: list[ObservedResource]
) -> None:
    known = knowledge(before)
    after = applied(known, reconcile(known=known, observed=now))
    assert all(after[resource.external_id].state is ItemState.ACTIVE for resource in now)


@given(before=listings, now=listings, held=st.frozensets(st.sampled_from(["i-1", "i-2"])))
def test_only_what_was_absent_twice_is_ever_deleted(
    before: list[ObservedResource], now: list[ObservedResource], held: frozenset[ExternalId]
) -> None:
    known = knowledge(before)
    seen = {resource.external_id for resource in now}
    changes = reconcile(known=known, observed=now, held=held)
    assert not changes.deleted
    assert {known_id for known_id, item in known.items() if item.id in changes.missing}.isdisjoint(
        seen
    )


@given(first=listings, second=listings, now=listings)
def test_marks_save_time_and_change_nothing_else(
    first: list[ObservedResource], second: list[ObservedResource], now: list[ObservedResource]
) -> None:
    known = knowledge(first)
    known = applied(known, reconcile(known=known, observed=second))
    quick = reconcile(known=known, observed=now)
    slow = reconcile(known=without_marks(known), observed=now)
    assert applied(known, quick) == applied(known, slow)
    assert (quick.missing, quick.deleted, quick.unchanged) == (
        slow.missing,
        slow.deleted,
        slow.unchanged,
    )
