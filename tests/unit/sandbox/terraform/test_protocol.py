"""The messages of the plugin protocol, byte by byte where it matters."""

import json

import pytest

from entrypoints.sandbox.terraform.described import described
from entrypoints.sandbox.terraform.schema import UNKNOWN, Attribute, Block, NestedBlock
from entrypoints.sandbox.terraform.wire import MESSAGES, message


def test_every_message_of_the_table_can_be_made() -> None:
    for name in MESSAGES:
        assert message(name)().SerializeToString() == b""


def test_a_field_travels_under_its_number() -> None:
    assert (
        message("Diagnostic")(severity=1, summary="no").SerializeToString() == b"\x08\x01\x12\x02no"
    )


def test_the_first_place_of_a_list_is_a_place() -> None:
    assert message("Step")(element_key_int=0).SerializeToString() == b"\x18\x00"


def test_what_terraform_says_beyond_the_table_is_passed_over() -> None:
    unknown_field = b"\x9a\x06\x03new"
    known = message("ImportResourceStateRequest")(type_name="aws_vpc", id="vpc-1")
    read = message("ImportResourceStateRequest").FromString(
        known.SerializeToString() + unknown_field
    )
    assert (read.type_name, read.id) == ("aws_vpc", "vpc-1")


def test_a_schema_is_told_whole() -> None:
    secret = Attribute(type=["map", "string"], optional=True, sensitive=True, write_only=True)
    rule = NestedBlock(nesting="set", min_items=1, max_items=2, block=Block())
    told = described(Block(attributes={"keys": secret}, blocks={"rule": rule})).block
    (attribute,), (nested,) = told.attributes, told.block_types
    assert (attribute.name, json.loads(attribute.type)) == ("keys", ["map", "string"])
    assert (attribute.required, attribute.optional, attribute.computed) == (False, True, False)
    assert (attribute.sensitive, attribute.write_only) == (True, True)
    assert (nested.type_name, nested.nesting, nested.min_items, nested.max_items) == (
        "rule",
        3,
        1,
        2,
    )


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "required, optional or computed"),
        ({"required": True, "computed": True}, "cannot be left out"),
        ({"required": True, "default": "x"}, "cannot be left out"),
    ],
)
def test_an_attribute_that_nobody_or_everybody_sets_is_none(
    options: dict[str, bool], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        Attribute(type="string", **options)


def test_what_is_not_known_is_neither_yes_nor_no() -> None:
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(UNKNOWN)
