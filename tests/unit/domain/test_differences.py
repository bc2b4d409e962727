from typing import Any

from domain.differences import differences
from domain.inventory import ExternalId, FieldChange, ObservedResource


def a_version(**fields: Any) -> ObservedResource:  # noqa: ANN401
    return ObservedResource(external_id=ExternalId("i-1"), **fields)


def test_equal_versions_differ_in_nothing() -> None:
    version = a_version(name="web", tags={"a": "1"}, attributes={"x": {"y": [1, 2]}})
    assert differences(version, version) == ()


def test_a_field_inside_a_field_is_named_with_dots_and_lists_are_compared_whole() -> None:
    before = a_version(name="web", attributes={"net": {"ip": "1", "ports": [80]}})
    after = a_version(name="api", attributes={"net": {"ip": "1", "ports": [80, 443]}})
    assert differences(before, after) == (
        FieldChange(field="attributes.net.ports", before=[80], after=[80, 443]),
        FieldChange(field="name", before="web", after="api"),
    )


def test_a_field_that_one_version_lacks_is_none_there() -> None:
    before, after = a_version(tags={"gone": "1"}), a_version(tags={"new": "2"})
    assert differences(before, after) == (
        FieldChange(field="tags.gone", before="1", after=None),
        FieldChange(field="tags.new", before=None, after="2"),
    )


def test_tags_that_could_not_be_read_differ_from_having_none() -> None:
    assert differences(a_version(tags=None), a_version(tags={})) == (
        FieldChange(field="tags", before=None, after={}),
    )
