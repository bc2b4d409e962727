"""What AWS would refuse, or what would not be safe, is refused before AWS is asked."""

import pytest

from domain.inventory import ResourceKind
from tests.unit.domain.specs.documents import accepted, complaint_about

BUCKET = ResourceKind.AWS_S3_BUCKET
VPC = ResourceKind.AWS_VPC
INSTANCE = ResourceKind.AWS_EC2_INSTANCE
SUBNET = "subnet-0123456789abcdef0"
_BUCKET_LETTERS = (
    "it must have 3 to 63 characters, only lower-case letters, digits, dots and hyphens, "
    "and begin and end with a letter or a digit"
)


@pytest.mark.parametrize("name", ["abc", "a" * 63, "a.b-c.d", "1st", "2031-reports.example.org"])
def test_names_of_buckets_that_aws_takes_are_taken(name: str) -> None:
    assert accepted(BUCKET, name=name).name == name


@pytest.mark.parametrize(
    "name", ["ab", "a" * 64, "My-Bucket", "a_b", "-ab", "ab-", ".ab", "ab.", "a b", "abç", "abc\n"]
)
def test_a_bucket_is_named_with_the_letters_of_buckets(name: str) -> None:
    shown = repr(name) if len(name) < 61 else f"'{name[:60]}'..."
    assert complaint_about(BUCKET, name=name) == f"name {shown} is not valid: {_BUCKET_LETTERS}."


_ENDS = (
    "it may not end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3, which AWS keeps for itself"
)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("a..b", "it may not have two dots in a row"),
        ("192.168.5.4", "it may not look like an IP address"),
        (
            "xn--reports",
            "it may not begin with xn--, sthree- or amzn-s3-demo-, which AWS keeps for itself",
        ),
        ("reports-s3alias", _ENDS),
    ],
)
def test_names_that_aws_keeps_or_mistakes_are_refused(name: str, rule: str) -> None:
    assert complaint_about(BUCKET, name=name) == f"name '{name}' is not valid: {rule}."


@pytest.mark.parametrize(
    "name",
    ["sthree-x", "amzn-s3-demo-x", "x--ol-s3", "x.mrap", "x--x-s3", "x--table-s3", "1.2.3.4"],
)
def test_none_of_the_reserved_names_is_taken(name: str) -> None:
    assert "it may not" in complaint_about(BUCKET, name=name)


@pytest.mark.parametrize(
    "region",
    [
        "eu-central-1",
        "us-gov-west-1",
        "cn-north-1",
        "ap-southeast-7",
        "us-iso-east-1",
        "il-central-1",
    ],
)
def test_regions_are_told_by_their_shape(region: str) -> None:
    assert complaint_about(VPC, region=region) == ""


@pytest.mark.parametrize("region", ["Frankfurt", "eu-central", "EU-CENTRAL-1", "eu_central_1", ""])
def test_what_is_no_region_is_refused(region: str) -> None:
    assert complaint_about(VPC, region=region) == (
        f"region '{region}' is not valid: it must be a region such as eu-central-1."
    )


@pytest.mark.parametrize("name", ["", " web", "web ", "a/b", "é", "a" * 129, "a\n"])
def test_the_name_of_an_instance_fits_its_security_group_too(name: str) -> None:
    assert "it must have 1 to 128 characters" in complaint_about(INSTANCE, name=name)


def test_a_name_may_not_be_taken_for_the_id_of_a_security_group() -> None:
    assert complaint_about(INSTANCE, name="sg-1") == (
        "name 'sg-1' is not valid: "
        "it may not begin with sg-, as its security group has the same name."
    )


@pytest.mark.parametrize(
    ("field", "value", "example"),
    [
        ("instance_type", "t3", "t3.micro"),
        ("instance_type", "T3.micro", "t3.micro"),
        ("ami", "ubuntu", "ami-0123456789abcdef0"),
        ("ami", "ami-xyz", "ami-0123456789abcdef0"),
        ("subnet_id", "10.0.0.0/24", "subnet-0123456789abcdef0"),
    ],
)
def test_ids_and_types_are_told_by_an_example(field: str, value: str, example: str) -> None:
    sentence = complaint_about(INSTANCE, **{field: value})
    assert sentence.startswith(f"{field} '{value}' is not valid: ")
    assert sentence.endswith(f"such as {example}.")


@pytest.mark.parametrize("kind", ["t3.micro", "u-6tb1.56xlarge", "mac2-m2.metal", "m7i-flex.large"])
def test_every_sort_of_instance_type_is_taken(kind: str) -> None:
    assert complaint_about(INSTANCE, instance_type=kind) == ""


@pytest.mark.parametrize("name", ["", " key", "key ", "ключ", "a" * 256])
def test_a_key_pair_is_named_as_ec2_names_them(name: str) -> None:
    assert "it must have 1 to 255 characters" in complaint_about(INSTANCE, key_name=name)


def test_a_public_address_needs_a_subnet_that_has_a_way_out() -> None:
    assert complaint_about(INSTANCE, public_ip=True) == (
        "public_ip is not valid: "
        "a public address needs subnet_id, as a network of its own has no way out."
    )
    assert complaint_about(INSTANCE, public_ip=True, subnet_id=SUBNET) == ""


def test_security_groups_need_the_subnet_they_belong_to() -> None:
    assert complaint_about(INSTANCE, security_group_ids=["sg-01234567"]) == (
        "security_group_ids is not valid: "
        "security groups need subnet_id, as a network of its own has its own group."
    )
    assert complaint_about(INSTANCE, security_group_ids=["sg-01234567"], subnet_id=SUBNET) == ""


def test_without_a_word_a_bucket_keeps_versions_and_a_machine_is_private() -> None:
    assert accepted(BUCKET).variables()["versioning"] is True
    assert accepted(BUCKET).variables()["force_destroy"] is False
    assert accepted(INSTANCE).variables()["public_ip"] is False


def test_the_inventory_is_expected_to_see_a_running_instance_of_that_type() -> None:
    expected = accepted(INSTANCE, tags={"team": "a"}, instance_type="m7g.large").expectation()
    assert expected.tags == {"team": "a", "Name": "web"}
    assert expected.attributes == {"instance_type": "m7g.large"}
    assert expected.status == frozenset({"pending", "running"})


def test_the_inventory_is_expected_to_see_the_tags_of_a_bucket_and_of_a_vpc() -> None:
    assert accepted(BUCKET, tags={"team": "a"}).expectation().tags == {"team": "a"}
    assert accepted(VPC).expectation().tags == {"Name": "production"}
    assert accepted(VPC).expectation().status is None
