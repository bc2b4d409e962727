"""No record is lost for what is odd about it."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.aws.shapes import Place, read_bucket, read_instance, read_vpc
from domain.inventory import ObservedResource, UnreadableRecord

PLACE = Place(partition="aws-cn", account="111122223333", region="cn-north-1")
INSTANCE: dict[str, Any] = {
    "InstanceId": "i-1",
    "State": {"Code": 16, "Name": "running"},
    "InstanceType": "t3.micro",
    "Placement": {"AvailabilityZone": "cn-north-1a"},
    "LaunchTime": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "PrivateIpAddress": "10.0.0.4",
    "PublicIpAddress": "203.0.113.9",
    "VpcId": "vpc-1",
    "SubnetId": "subnet-1",
    "PlatformDetails": "Linux/UNIX",
    "Architecture": "arm64",
    "InstanceLifecycle": "spot",
    "IamInstanceProfile": {"Arn": "arn:aws:iam::111122223333:instance-profile/web"},
    "ImageId": "ami-1",
    "KeyName": "ops",
    "CpuOptions": {"CoreCount": 2},
    "Tags": [{"Key": "Name", "Value": "web-1"}, {"Key": "team", "Value": "shop"}],
}
VPC: dict[str, Any] = {
    "VpcId": "vpc-1",
    "State": "available",
    "CidrBlock": "10.0.0.0/16",
    "CidrBlockAssociationSet": [{"CidrBlock": "10.1.0.0/16"}, {"CidrBlock": "10.0.0.0/16"}],
    "Ipv6CidrBlockAssociationSet": [{"Ipv6CidrBlock": "2001:db8::/56"}],
    "IsDefault": False,
    "OwnerId": "111122223333",
    "Tags": [{"Key": "Name", "Value": "core"}],
}
BUCKET: dict[str, Any] = {"Name": "media", "CreationDate": datetime(2024, 5, 6, tzinfo=UTC)}

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(max_size=3),
    st.datetimes(),
    st.lists(st.one_of(st.none(), st.text(), st.integers()), max_size=3),
    st.dictionaries(st.text(), st.text(), max_size=2),
    st.lists(
        st.dictionaries(st.sampled_from(["Key", "Value", "CidrBlock"]), st.text()), max_size=3
    ),
)


@st.composite
def damaged(draw: st.DrawFn, sound: dict[str, Any], identity: str) -> dict[str, Any]:
    """Draw a record in which any field but the identity is missing, or is anything else."""
    record = deepcopy(sound)
    for field in draw(st.sets(st.sampled_from(sorted(record.keys() - {identity})))):
        if draw(st.booleans()):
            del record[field]
        else:
            record[field] = draw(JUNK)
    record.update(draw(st.dictionaries(st.text(min_size=30), JUNK, max_size=2)))
    return record


def kept(resource: object) -> ObservedResource:
    """Return the resource, if it can be kept and compared."""
    assert isinstance(resource, ObservedResource)
    assert resource.fingerprint() == resource.fingerprint()
    for text in (resource.name or "", *(resource.tags or {}), *(resource.tags or {}).values()):
        text.encode()
        assert "\x00" not in text
    return resource


@given(damaged(INSTANCE, "InstanceId"))
def test_no_damage_loses_an_instance(payload: dict[str, Any]) -> None:
    assert kept(read_instance(payload, owner="4444", place=PLACE)).external_id == "i-1"


@given(damaged(VPC, "VpcId"))
def test_no_damage_loses_a_vpc(payload: dict[str, Any]) -> None:
    assert kept(read_vpc(payload, place=PLACE)).external_id == "vpc-1"


@given(damaged(BUCKET, "Name"))
def test_no_damage_loses_a_bucket(payload: dict[str, Any]) -> None:
    bucket = read_bucket(payload, region="cn-north-1", tags={}, oddities=(), place=PLACE)
    assert kept(bucket).external_id == "media"


@given(st.text(min_size=1))
def test_a_name_in_any_script_survives_unless_it_cannot_be_kept(name: str) -> None:
    payload = {**INSTANCE, "Tags": [{"Key": "Name", "Value": name}]}
    instance = kept(read_instance(payload, owner=None, place=PLACE))
    odd = "\x00" in name
    assert (instance.name == name) is not odd
    assert bool(instance.oddities) is odd


@given(JUNK)
def test_what_is_no_record_is_reported_in_its_place(payload: object) -> None:
    for read in (
        read_instance(payload, owner=payload, place=PLACE),
        read_vpc(payload, place=PLACE),
        read_bucket(payload, region=None, tags=None, oddities=(), place=PLACE),
    ):
        assert isinstance(read, UnreadableRecord)
        assert read.reason


@pytest.mark.parametrize("identity", ["", None, 7, "i-\x00", "i-\ud800"])
def test_an_identity_that_cannot_be_kept_is_reported_and_not_mended(identity: object) -> None:
    read = read_instance({**INSTANCE, "InstanceId": identity}, owner=None, place=PLACE)
    assert isinstance(read, UnreadableRecord)


def test_an_instance_says_everything_that_people_ask_for() -> None:
    instance = kept(read_instance(INSTANCE, owner="444455556666", place=PLACE))
    assert instance == ObservedResource(
        external_id=instance.external_id,
        name="web-1",
        region="cn-north-1",
        status="running",
        uri="arn:aws-cn:ec2:cn-north-1:444455556666:instance/i-1",
        created_at=None,
        tags={"Name": "web-1", "team": "shop"},
        attributes={
            "instance_type": "t3.micro",
            "availability_zone": "cn-north-1a",
            "launched_at": "2026-01-02T03:04:05+00:00",
            "private_ip": "10.0.0.4",
            "public_ip": "203.0.113.9",
            "vpc_id": "vpc-1",
            "subnet_id": "subnet-1",
            "platform": "Linux/UNIX",
            "architecture": "arm64",
            "lifecycle": "spot",
            "iam_instance_profile": "arn:aws:iam::111122223333:instance-profile/web",
            "image_id": "ami-1",
            "key_name": "ops",
        },
    )


def test_a_terminated_instance_is_over_and_one_that_shuts_down_is_not() -> None:
    over, ending = (
        read_instance({**INSTANCE, "State": {"Name": name}}, owner=None, place=PLACE)
        for name in ("terminated", "shutting-down")
    )
    assert over is None
    assert kept(ending).status == "shutting-down"


def test_the_order_of_address_blocks_is_no_change() -> None:
    turned = {**VPC, "CidrBlockAssociationSet": VPC["CidrBlockAssociationSet"][::-1]}
    first, second = (kept(read_vpc(each, place=PLACE)) for each in (VPC, turned))
    assert first.attributes["cidr_blocks"] == ["10.0.0.0/16", "10.1.0.0/16"]
    assert first.attributes["ipv6_cidr_blocks"] == ["2001:db8::/56"]
    assert first.fingerprint() == second.fingerprint()


def test_the_order_of_tags_is_no_change() -> None:
    turned = {**INSTANCE, "Tags": INSTANCE["Tags"][::-1]}
    first, second = (
        kept(read_instance(each, owner=None, place=PLACE)) for each in (INSTANCE, turned)
    )
    assert first.fingerprint() == second.fingerprint()


def test_what_is_mistyped_is_noted_by_its_name() -> None:
    payload = {**INSTANCE, "VpcId": 7, "State": "running", "Tags": [None, {"Key": "a"}]}
    instance = kept(read_instance(payload, owner=None, place=PLACE))
    assert set(instance.oddities) == {
        "VpcId is not text",
        "State.Name is not where it should be",
        "State.Name is missing",
        "Tags has an entry that is no key and value",
    }
    assert instance.tags == {"a": ""}


def test_a_bucket_was_made_when_aws_says_it_was() -> None:
    bucket = kept(
        read_bucket(BUCKET, region="eu-west-1", tags=None, oddities=("tags: why",), place=PLACE)
    )
    assert bucket.created_at == datetime(2024, 5, 6, tzinfo=UTC)
    assert (bucket.uri, bucket.tags, bucket.oddities) == (
        "arn:aws-cn:s3:::media",
        None,
        ("tags: why",),
    )
