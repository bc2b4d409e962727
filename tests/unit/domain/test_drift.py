"""What counts as another thing than was asked for, and what says nothing."""

import hypothesis.strategies as st
from hypothesis import given

from domain.drift import Expectation, drift
from domain.inventory import FieldChange, Json
from tests.builders import a_resource

WORDS = st.text(alphabet="abcxyz.-", min_size=1, max_size=4)
TAGS = st.dictionaries(WORDS, WORDS, max_size=4)
VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | WORDS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=2),
    max_leaves=4,
)
ATTRIBUTES = st.dictionaries(WORDS, VALUES, max_size=3)
STATUSES = st.none() | st.frozensets(WORDS, max_size=2)
EXPECTATIONS = st.builds(Expectation, tags=TAGS, attributes=ATTRIBUTES, status=STATUSES)


def test_a_tag_that_was_changed_or_taken_off_is_drift() -> None:
    asked = Expectation(tags={"env": "prod", "team": "shop", "kept": "1"})
    assert drift(asked, a_resource(tags={"env": "test", "kept": "1"})) == (
        FieldChange(field="tags.env", before="prod", after="test"),
        FieldChange(field="tags.team", before="shop", after=None),
    )


def test_a_tag_that_is_empty_is_not_one_that_lacks() -> None:
    asked = Expectation(tags={"env": ""})
    assert drift(asked, a_resource(tags={"env": ""})) == ()
    assert drift(asked, a_resource(tags={})) == (
        FieldChange(field="tags.env", before="", after=None),
    )


def test_tags_that_nobody_asked_for_are_no_drift() -> None:
    asked = Expectation(tags={"env": "prod"})
    assert drift(asked, a_resource(tags={"env": "prod", "aws:policy": "x"})) == ()


def test_tags_that_could_not_be_read_say_nothing() -> None:
    assert drift(Expectation(tags={"env": "prod"}), a_resource(tags=None)) == ()


def test_an_attribute_that_was_asked_for_and_is_otherwise_is_drift() -> None:
    asked = Expectation(attributes={"instance_type": "t3.micro", "disk": {"gb": 8, "fast": True}})
    seen = a_resource(attributes={"instance_type": "m5.large", "disk": {"gb": 9}, "zone": "a"})
    assert drift(asked, seen) == (
        FieldChange(field="attributes.disk.gb", before=8, after=9),
        FieldChange(field="attributes.instance_type", before="t3.micro", after="m5.large"),
    )


def test_an_attribute_that_the_listing_does_not_tell_says_nothing() -> None:
    asked = Expectation(attributes={"instance_type": "t3.micro"})
    assert drift(asked, a_resource(attributes={})) == ()


def test_a_status_that_is_none_of_the_good_ones_is_drift() -> None:
    asked = Expectation(status=frozenset({"running", "pending"}))
    assert drift(asked, a_resource(status="stopped")) == (
        FieldChange(field="status", before="pending or running", after="stopped"),
    )
    assert drift(asked, a_resource(status="pending")) == ()


def test_a_status_that_is_not_told_says_nothing() -> None:
    assert drift(Expectation(status=frozenset({"running"})), a_resource(status=None)) == ()
    assert drift(Expectation(status=None), a_resource(status="stopped")) == ()


@given(asked=EXPECTATIONS, more=TAGS)
def test_what_is_as_it_was_asked_for_has_no_drift_whatever_tags_others_put_on(
    asked: Expectation, more: dict[str, str]
) -> None:
    status = min(asked.status) if asked.status else "any"
    seen = a_resource(tags={**more, **asked.tags}, attributes=asked.attributes, status=status)
    assert drift(asked, seen) == ()


@given(asked=EXPECTATIONS, tags=st.none() | TAGS, attributes=ATTRIBUTES, status=st.none() | WORDS)
def test_every_drift_is_from_what_was_asked_for_to_what_was_seen(
    asked: Expectation, tags: dict[str, str] | None, attributes: dict[str, Json], status: str | None
) -> None:
    seen = a_resource(tags=tags, attributes=attributes, status=status)
    changes = drift(asked, seen)
    assert list(changes) == sorted(changes, key=lambda change: change.field)
    assert all(change.before != change.after for change in changes)
    for key, value in asked.tags.items():
        change = FieldChange(field=f"tags.{key}", before=value, after=(tags or {}).get(key))
        assert (change in changes) is (tags is not None and tags.get(key) != value)


@given(asked=EXPECTATIONS, attributes=ATTRIBUTES)
def test_asking_for_what_was_seen_instead_leaves_no_drift(
    asked: Expectation, attributes: dict[str, Json]
) -> None:
    seen = a_resource(tags={}, attributes=attributes, status="any")
    settled = Expectation(attributes=seen.attributes, status=frozenset({"any"}))
    assert drift(settled, seen) == ()
    assert {change.field for change in drift(asked, seen)} <= {
        *(f"tags.{key}" for key in asked.tags),
        "status",
        *_paths(asked.attributes, seen.attributes),
    }


def _paths(asked: object, seen: object, path: str = "attributes") -> set[str]:
    """Return every field that both know of."""
    if not isinstance(asked, dict) or not isinstance(seen, dict):
        return {path}
    both = asked.keys() & seen.keys()
    return {field for key in both for field in _paths(asked[key], seen[key], f"{path}.{key}")}
