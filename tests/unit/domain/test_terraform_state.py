"""Terraform's state says what exists, or it is refused as a whole."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidValue
from domain.inventory import ResourceKind
from domain.terraform import Address
from domain.terraform_state import StateObject, in_inventory, read_state


def a_state(*resources: Mapping[str, Any], serial: int = 3, lineage: str = "line-1") -> str:
    return json.dumps(
        {
            "version": 4,
            "terraform_version": "1.11.4",
            "serial": serial,
            "lineage": lineage,
            "outputs": {
                "arn": {"value": "arn:x", "type": "string"},
                "key": {"value": "canary-secret", "type": "string", "sensitive": True},
            },
            "resources": list(resources),
        }
    )


def in_state(kind: str, *instances: Mapping[str, Any], mode: str = "managed") -> dict[str, Any]:
    return {"mode": mode, "type": kind, "name": "this", "instances": list(instances)}


def test_every_object_has_the_address_that_terraform_prints() -> None:
    state = read_state(
        a_state(
            in_state("aws_vpc", {"attributes": {"id": "vpc-1"}}),
            in_state("aws_subnet", {"index_key": "10.0.1.0/24", "attributes": {"id": "subnet-1"}}),
            in_state("aws_security_group", {"index_key": 0, "attributes": {"id": "sg-1"}}),
            in_state("aws_ami", {"attributes": {"id": "ami-1"}}, mode="data"),
        )
    )
    assert {each.address: each.cloud_id for each in state.objects} == {
        "aws_vpc.this": "vpc-1",
        'aws_subnet.this["10.0.1.0/24"]': "subnet-1",
        "aws_security_group.this[0]": "sg-1",
    }


def test_what_failed_half_way_is_known_as_half_made() -> None:
    state = read_state(
        a_state(in_state("aws_vpc", {"attributes": {"id": "v"}, "status": "tainted"}))
    )
    assert state.half_made == {"aws_vpc.this"}


def test_a_later_version_of_the_same_line_is_newer_and_another_line_never() -> None:
    older, newer = read_state(a_state(serial=3)), read_state(a_state(serial=4))
    stranger = read_state(a_state(serial=9, lineage="line-2"))
    assert newer.newer_than(older) and newer.newer_than(None)
    assert not older.newer_than(newer) and not older.newer_than(older)
    assert not stranger.newer_than(older)


def test_outputs_are_told_apart_by_sensitivity_and_secrets_do_not_show() -> None:
    state = read_state(
        a_state(in_state("aws_vpc", {"attributes": {"id": "v", "p": "canary-secret"}}))
    )
    assert state.outputs["key"].sensitive and not state.outputs["arn"].sensitive
    assert "canary-secret" not in repr(state)


@pytest.mark.parametrize("text", ["", "{}", "null", "[]", '{"version": 3}', a_state()[:-9]])
def test_anything_but_a_whole_state_is_refused(text: str) -> None:
    with pytest.raises(InvalidValue, match="state"):
        read_state(text)


@given(cut=st.integers(min_value=0, max_value=len(a_state()) - 1))
def test_a_state_that_was_cut_off_anywhere_is_refused(cut: int) -> None:
    with pytest.raises(InvalidValue):
        read_state(a_state()[:cut])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_other_document_is_refused_without_being_quoted(document: object) -> None:
    with pytest.raises(InvalidValue) as refusal:
        read_state(json.dumps({"version": 4, "canary": document}))
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("kind", "attributes", "expected"),
    [
        ("aws_instance", {"id": "i-1"}, (ResourceKind.AWS_EC2_INSTANCE, "i-1")),
        ("aws_s3_bucket", {"id": "b", "bucket": "b"}, (ResourceKind.AWS_S3_BUCKET, "b")),
        (
            "azurerm_resource_group",
            {"id": "/subscriptions/S/resourceGroups/Shop"},
            (ResourceKind.AZURE_RESOURCE_GROUP, "/subscriptions/s/resourcegroups/shop"),
        ),
        (
            "google_compute_network",
            {"id": "projects/p/global/networks/n", "network_id": 1234567890123456789},
            (ResourceKind.GCP_NETWORK, "1234567890123456789"),
        ),
        ("aws_subnet", {"id": "subnet-1"}, None),
        ("google_compute_instance", {"id": "projects/p/zones/z/instances/n"}, None),
    ],
)
def test_the_inventory_calls_an_object_as_its_cloud_lists_it(
    kind: str, attributes: dict[str, Any], expected: tuple[ResourceKind, str] | None
) -> None:
    found = StateObject(
        address=Address(f"{kind}.this"),
        type=kind,
        cloud_id=attributes["id"],
        attributes=attributes,
    )
    assert in_inventory(found) == expected
