"""What one listing saw, folded and unfolded."""

import sys
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType

import hypothesis.strategies as st
import pytest
from hypothesis import given

from domain.inventory import ExternalId, Json, ObservedResource
from domain.sightings import Mark, Sightings
from tests.builders import NOON, a_resource

ONE = ExternalId("i-1")

texts = st.text(max_size=5)
documents: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)
resources = st.builds(
    a_resource,
    name=st.none() | texts,
    region=st.none() | texts,
    status=st.none() | texts,
    uri=st.none() | texts,
    created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    tags=st.none() | st.dictionaries(texts, texts, max_size=3),
    attributes=st.dictionaries(texts, documents, max_size=3),
    oddities=st.lists(texts, max_size=2).map(tuple),
)


def mark(resource: ObservedResource) -> Mark | None:
    return Sightings([resource]).mark(resource.external_id)


@given(resources)
def test_a_resource_comes_back_as_it_was(seen: ObservedResource) -> None:
    assert list(Sightings([seen])) == [seen]


def test_one_that_is_not_plain_comes_back_too_and_has_no_mark() -> None:
    attributes: Mapping[str, Json] = MappingProxyType({"gib": 8})
    seen = a_resource(attributes=attributes)
    assert list(Sightings([seen])) == [seen]
    assert mark(seen) is None


def test_of_two_with_one_identity_the_first_is_kept() -> None:
    first, second = a_resource(oddities=("no tags",)), a_resource(status="stopped")
    seen = Sightings([first, second])
    assert (list(seen), len(seen), seen.odd) == ([first], 1, [first])


def test_what_was_not_seen_cannot_be_asked_for() -> None:
    with pytest.raises(KeyError):
        Sightings().resource(ONE)


def test_only_those_with_something_odd_are_odd() -> None:
    odd = a_resource("i-2", oddities=("State.Name is missing",))
    assert Sightings([a_resource("i-1"), odd]).odd == [odd]


def test_what_happens_later_to_a_resource_does_not_reach_what_was_seen() -> None:
    attributes: dict[str, Json] = {"disks": ["a"]}
    seen = Sightings([a_resource(attributes=attributes)])
    attributes["disks"] = ["b"]
    assert seen.resource(ONE).attributes == {"disks": ["a"]}


@given(resources, resources)
def test_equal_marks_have_equal_fingerprints(
    one: ObservedResource, other: ObservedResource
) -> None:
    if mark(one) == mark(other):
        assert one.fingerprint() == other.fingerprint()


@given(resources)
def test_a_mark_is_the_same_each_time(seen: ObservedResource) -> None:
    again = Sightings(Sightings([seen]))
    assert again.mark(ONE) == mark(seen)


def test_a_mark_does_not_depend_on_who_else_uses_a_text() -> None:
    shared, own = sys.intern("web-1"), str(b"web-1", "ascii")
    assert mark(a_resource(name=shared, status=shared)) == mark(
        a_resource(name=own, status="web-1")
    )


def test_a_mark_is_kept_for_years_so_it_may_never_come_out_otherwise() -> None:
    seen = a_resource(
        uri="arn:x",
        created_at=NOON,
        tags={"team": "blü"},
        attributes={"gib": 8, "big": 2**40, "ratio": 0.5, "on": True, "ids": ["a", None]},
    )
    assert mark(seen) == "2fc24a7f636a89a21c19e6cd"


def test_the_order_in_which_a_cloud_tells_tags_does_not_count() -> None:
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}
    assert mark(a_resource(tags=one)) == mark(a_resource(tags=other))


@pytest.mark.parametrize(
    "other",
    [
        a_resource(name="renamed"),
        a_resource(region="eu-west-2"),
        a_resource(status="stopped"),
        a_resource(uri="arn:aws:ec2:::instance/i-1"),
        a_resource(created_at=NOON),
        a_resource(tags={"team": "blue"}),
        a_resource(tags=None),
        a_resource(attributes={"gib": 8}),
    ],
)
def test_whatever_may_change_changes_the_mark(other: ObservedResource) -> None:
    assert mark(other) != mark(a_resource())
