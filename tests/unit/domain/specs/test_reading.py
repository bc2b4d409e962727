"""What is wrong with a spec is said in one sentence that names the field and its rule."""

import json
import re

import pytest

from domain.accounts import Provider
from domain.inventory import ResourceKind
from domain.specs.reading import SPECS, read_spec
from tests.unit.domain.specs.documents import (
    a_document,
    accepted,
    complaint,
    complaint_about,
    faults_of,
)

KINDS = ", ".join(ResourceKind)
VPC = ResourceKind.AWS_VPC
INSTANCE = ResourceKind.AWS_EC2_INSTANCE


@pytest.mark.parametrize("kind", ResourceKind)
def test_every_kind_can_be_asked_for_with_no_more_than_it_needs(kind: ResourceKind) -> None:
    spec = accepted(kind)
    assert (type(spec), spec.resource_kind, spec.provider) == (SPECS[kind], kind, kind.provider)


def test_the_provider_of_a_spec_is_the_cloud_of_its_kind() -> None:
    assert accepted(ResourceKind.GCP_NETWORK).provider is Provider.GCP


@pytest.mark.parametrize("kind", ResourceKind)
def test_what_is_stored_of_a_spec_reads_as_the_same_spec(kind: ResourceKind) -> None:
    spec = accepted(kind)
    assert read_spec(json.loads(json.dumps(spec.document()))) == spec


@pytest.mark.parametrize("kind", ResourceKind)
def test_terraform_is_told_every_field_but_the_kind(kind: ResourceKind) -> None:
    spec = accepted(kind)
    assert spec.variables() | {"kind": str(kind)} == spec.document()
    assert set(spec.document()) == set(type(spec).model_fields)


def test_defaults_are_stored_so_that_later_ones_change_nothing() -> None:
    document = accepted(VPC).document()
    assert document == {
        "kind": "aws_vpc",
        "name": "production",
        "region": "us-gov-west-1",
        "tags": {},
        "cidr_block": "10.0.0.0/16",
        "subnets": [],
    }


@pytest.mark.parametrize("document", [None, [], "kind: aws_vpc", 7, [{"kind": "aws_vpc"}]])
def test_a_document_that_is_no_mapping_is_refused(document: object) -> None:
    expected = "the spec is not valid: it must be a mapping, such as kind: aws_vpc."
    assert complaint(document) == expected


def test_a_document_without_a_kind_is_told_the_kinds() -> None:
    assert complaint({"name": "x"}) == f"kind is missing: it must be one of {KINDS}."


def test_a_misspelt_kind_is_told_the_nearest() -> None:
    assert complaint({"kind": "aws_vcp"}) == "kind 'aws_vcp' is not known: did you mean aws_vpc?"


@pytest.mark.parametrize("kind", [["aws_vpc"], {}, None, 1.5])
def test_a_kind_that_is_no_text_is_told_the_kinds(kind: object) -> None:
    assert complaint({"kind": kind}) == f"kind is not known: it must be one of {KINDS}."


def test_a_kind_unlike_any_is_told_the_kinds() -> None:
    expected = f"kind 'printer' is not known: it must be one of {KINDS}."
    assert complaint({"kind": "printer"}) == expected


def test_a_missing_field_is_named_with_its_meaning() -> None:
    document = a_document(INSTANCE)
    del document["ami"]
    expected = "ami is missing: the image it starts from; each region has its own."
    assert complaint(document) == expected


def test_a_misspelt_field_is_told_the_nearest() -> None:
    expected = "subnet is not a field of this kind: did you mean subnets?"
    assert complaint_about(VPC, subnet=[]) == expected


def test_an_unknown_field_is_told_the_fields() -> None:
    expected = (
        "password is not a field of this kind: "
        "it must be one of kind, name, tags, region, cidr_block, subnets."
    )
    assert complaint_about(VPC, password="hunter2") == expected


@pytest.mark.parametrize(("name", "shown"), [(7, "'7'"), (None, "None"), ((1, 2), "'(1, 2)'")])
def test_the_name_of_a_field_is_text(name: object, shown: str) -> None:
    document = dict[object, object](a_document(VPC).items())
    document[name] = 1
    assert complaint(document) == f"{shown} is not valid: the name of a field must be text."


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"name": 12}, "name is not valid: it must be text; put it in quotes."),
        ({"name": None}, "name is not valid: it must be text; put it in quotes."),
        ({"public_ip": "yes"}, "public_ip is not valid: it must be true or false."),
        ({"public_ip": 1}, "public_ip is not valid: it must be true or false."),
        ({"disk_size_gb": "8"}, "disk_size_gb is not valid: it must be a whole number."),
        ({"disk_size_gb": 8.0}, "disk_size_gb is not valid: it must be a whole number."),
        ({"disk_size_gb": True}, "disk_size_gb is not valid: it must be a whole number."),
        ({"disk_size_gb": 0}, "disk_size_gb is not valid: it must be at least 1."),
        ({"disk_size_gb": 10**30}, "disk_size_gb is not valid: it must be at most 16384."),
        ({"tags": []}, "tags is not valid: it must be a mapping of names to text."),
        ({"tags": {"team": 7}}, "tags['team'] is not valid: it must be text; put it in quotes."),
        ({"tags": {7: "team"}}, "tags[7] is not valid: it must be text; put it in quotes."),
        ({"security_group_ids": "sg-1"}, "security_group_ids is not valid: it must be a list."),
        (
            {"security_group_ids": [7]},
            "security_group_ids[0] is not valid: it must be text; put it in quotes.",
        ),
        (
            {"security_group_ids": ["sg-01234567"] * 17},
            "security_group_ids is not valid: it may have at most 16 entries.",
        ),
    ],
)
def test_a_value_of_the_wrong_sort_is_told_the_right_one(
    fields: dict[str, object], rule: str
) -> None:
    assert complaint_about(INSTANCE, **fields) == rule


def test_a_choice_that_is_none_is_told_the_choices() -> None:
    expected = "access_tier is not valid: it must be 'Hot', 'Cool' or 'Cold'."
    kind = ResourceKind.AZURE_STORAGE_ACCOUNT
    assert complaint_about(kind, access_tier="hot") == expected


def test_all_faults_are_told_at_once_a_sentence_each() -> None:
    told = faults_of(VPC, name="?", region="Frankfurt", subnets=[1, "10.0.0.0/24"], colour="red")
    assert [sentence.partition(" is not ")[0] for sentence in told] == [
        "name '?'",
        "region 'Frankfurt'",
        "subnets[0]",
        "colour",
    ]
    assert all(sentence.endswith((".", "?")) for sentence in told)


def test_the_error_of_a_spec_reads_as_its_sentences() -> None:
    fields = {"region": "Frankfurt", "colour": "red"}
    assert complaint_about(VPC, **fields) == " ".join(faults_of(VPC, **fields))


def test_fields_that_do_not_fit_each_other_are_told_beside_those_that_are_wrong() -> None:
    told = faults_of(INSTANCE, ami="debian", public_ip=True, security_group_ids=["sg-01234567"])
    assert [sentence.partition(" ")[0] for sentence in told] == [
        "ami",
        "security_group_ids",
        "public_ip",
    ]
    told = faults_of(VPC, name="?", cidr_block="10.0.0.0/16", subnets=["192.168.0.0/24"])
    assert told[1] == "subnets is not valid: 192.168.0.0/24 must be a part of 10.0.0.0/16."
    told = faults_of(
        ResourceKind.GCP_COMPUTE_INSTANCE,
        name="?",
        zone="europe-west1-b",
        subnetwork="projects/p/regions/us-east1/subnetworks/s",
    )
    assert "it must be in europe-west1, the zone's region" in told[1]


def test_what_does_not_fit_a_field_that_is_wrong_itself_is_not_told() -> None:
    assert len(faults_of(VPC, cidr_block="ten", subnets=["192.168.0.0/24"])) == 1
    assert len(faults_of(INSTANCE, subnet_id="there", public_ip=True)) == 1


def test_of_very_many_faults_the_first_are_told_and_the_others_counted() -> None:
    told = faults_of(VPC, **{f"colour{number}": 1 for number in range(25)})
    assert len(told) == 21
    assert told[-1] == "5 more fields are wrong."
    told = faults_of(VPC, **{f"colour{number}": 1 for number in range(21)})
    assert told[-1] == "1 more field is wrong."


ODD = [
    None,
    True,
    7,
    1.5,
    10**30,
    float("nan"),
    "",
    "?",
    "\ud800",
    b"x",
    [],
    ["?"],
    [[1]],
    {},
    {"a": 1},
]


@pytest.mark.parametrize("kind", ResourceKind)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_whatever_stands_in_a_field_is_refused_in_words_of_our_own(
    kind: ResourceKind, value: object
) -> None:
    for field in set(SPECS[kind].model_fields) - {"kind"}:
        for sentence in faults_of(kind, **{field: value}):
            assert sentence.startswith(field)
            assert not re.search(
                "[Ii]nput|[Vv]alue error|pydantic|valid (integer|string)", sentence
            )


HUGE = "x" * 65_536


@pytest.mark.parametrize(
    "document",
    [
        {"kind": HUGE},
        a_document(VPC, name=HUGE),
        a_document(VPC, **{HUGE: 1}),
        a_document(VPC, tags={HUGE: "1"}),
        a_document(VPC, tags={"a": HUGE}),
        a_document(VPC, tags={HUGE: 1}),
        a_document(VPC, subnets=[HUGE]),
        a_document(VPC, cidr_block=HUGE),
        a_document(INSTANCE, disk_size_gb=10**4000),
        a_document(VPC, subnets=[10**4000]),
        {"kind": 10**4000},
    ],
    ids=range(11),
)
def test_64_kilobytes_are_refused_and_never_echoed(document: dict[str, object]) -> None:
    assert 0 < len(complaint(document)) < 400


@pytest.mark.parametrize(
    "document",
    [
        a_document(VPC, name="\ud800"),
        a_document(VPC, tags={"\ud800": "1"}),
        a_document(VPC, tags={"a": "\ud800"}),
        a_document(VPC, **{"\ud800": 1}),
        {"kind": "\ud800"},
    ],
    ids=range(5),
)
def test_text_that_nothing_can_store_is_refused_in_text_that_everything_can(
    document: dict[str, object],
) -> None:
    assert complaint(document).encode()
