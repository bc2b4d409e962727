"""Values on their way between terraform and a provider."""

from typing import Any

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from entrypoints.sandbox.terraform.schema import UNKNOWN, Type
from entrypoints.sandbox.terraform.values import WrongValue, from_json, packed, unpacked

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.one_of(st.integers(-(2**70), 2**70), st.floats(-1e6, 1e6).filter(lambda x: x % 1))
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "bool": st.booleans(),
    "number": NUMBERS,
}


def collections(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    names = st.dictionaries(st.sampled_from("abc"), inner, min_size=1)
    return st.one_of(
        inner.map(lambda kind: ["list", kind]),
        inner.map(lambda kind: ["set", kind]),
        inner.map(lambda kind: ["map", kind]),
        names.map(lambda members: ["object", members]),
    )


TYPES = st.recursive(st.sampled_from(sorted(SCALARS)), collections, max_leaves=4)


def values_of(kind: Type) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), st.just(UNKNOWN), _known(kind))


def _known(kind: Type) -> st.SearchStrategy[Any]:
    if isinstance(kind, str):
        return SCALARS[kind]
    shape, inner = kind
    if shape == "object":
        return st.fixed_dictionaries({name: values_of(each) for name, each in inner.items()})
    if shape == "map":
        return st.dictionaries(TEXTS, values_of(inner), max_size=3)
    return st.lists(values_of(inner), max_size=3)


@given(st.data(), TYPES)
def test_every_value_survives_the_journey(data: st.DataObject, kind: Type) -> None:
    value = data.draw(values_of(kind))
    assert unpacked(packed(value, kind), kind) == value


def test_what_is_not_known_yet_looks_as_terraform_writes_it() -> None:
    assert packed(UNKNOWN, "string") == b"\xd4\x00\x00"
    refined = msgpack.packb(msgpack.ExtType(12, b"\x81\x01\xc2"))  # unknown, but never null
    assert unpacked(refined, "string") is UNKNOWN


def test_a_decimal_arrives_as_the_decimal_that_was_meant() -> None:
    assert msgpack.unpackb(packed(0.1, "number")) == "0.1"
    assert unpacked(msgpack.packb("0.1"), "number") == 0.1


def test_an_old_state_is_read_without_what_the_type_has_no_more() -> None:
    kind: Type = ["object", {"name": "string", "size": "number"}]
    old = b'{"name": "web", "enable_classiclink": true}'
    assert from_json(old, kind) == {"name": "web", "size": None}


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"size": "20"}, "value.size must be a number, and is a str."),
        ({"size": True}, "value.size must be a number, and is a bool."),
        ({"names": "web"}, "value.names must be a list, and is a str."),
        ({"names": ["a", 1]}, r"value.names\[1\] must be a string, and is a int."),
        ({"tags": ["a"]}, "value.tags must be a map, and is a list."),
        ({"colour": "red"}, "value has no colour in its schema."),
    ],
)
def test_a_type_that_breaks_its_own_schema_is_told_where(value: object, sentence: str) -> None:
    members = {"size": "number", "names": ["list", "string"], "tags": ["map", "string"]}
    with pytest.raises(WrongValue, match=f"^{sentence}$"):
        packed(value, ["object", members])
