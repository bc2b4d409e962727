"""What the sandbox's hashicorp/aws asks of AWS, and what it refuses before it asks."""

from typing import Any

import pytest

from entrypoints.sandbox.terraform.aws.cloud import connect
from entrypoints.sandbox.terraform.aws.fields import place_of, tag_values
from entrypoints.sandbox.terraform.aws.instance_shape import INSTANCE, ROOT_VOLUME
from entrypoints.sandbox.terraform.aws.launch import launched
from entrypoints.sandbox.terraform.aws.rules import permission, rules_of, whole
from entrypoints.sandbox.terraform.planning import completed
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from entrypoints.sandbox.terraform.schema import UNKNOWN, Values

KEYS = {
    "AWS_ACCESS_KEY_ID": "AKIATESTTESTTESTTEST",
    "AWS_SECRET_ACCESS_KEY": "canary",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
}
LEFT_OUT = dict.fromkeys(("description", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups"))


@pytest.fixture
def sandbox(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("AWS_REGION", raising=False)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("AWS_ENDPOINT_URL", "never works in the real AWS"),
        ("AWS_SECRET_ACCESS_KEY", "The environment lacks"),
        ("AWS_ACCESS_KEY_ID", "The environment lacks"),
    ],
)
def test_it_works_in_a_sandbox_or_not_at_all(
    sandbox: pytest.MonkeyPatch, missing: str, sentence: str
) -> None:
    sandbox.delenv(missing)
    with pytest.raises(CloudRefused) as caught:
        connect({"region": "eu-west-1"})
    assert sentence in caught.value.detail
    assert "canary" not in str(caught.value)


def test_a_region_comes_from_the_object_the_provider_or_the_environment(
    sandbox: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(CloudRefused, match="Invalid provider configuration"):
        connect({"region": None})
    sandbox.setenv("AWS_REGION", "us-east-1")
    assert connect({"region": None}).region_of({"region": UNKNOWN}) == "us-east-1"
    assert connect({"region": "eu-west-1"}).region_of({}) == "eu-west-1"
    assert connect({"region": "eu-west-1"}).region_of({"region": "us-west-2"}) == "us-west-2"


def test_a_rule_comes_back_as_it_was_given() -> None:
    ports = {"protocol": "tcp", "from_port": 443, "to_port": 443}
    asked = [
        {**LEFT_OUT, **ports, "cidr_blocks": ["10.0.0.0/8", "192.168.0.0/16"], "self": True},
        {**LEFT_OUT, **ports, "cidr_blocks": ["0.0.0.0/0"], "self": None, "description": "all"},
        {**LEFT_OUT, "protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["::/0"]}
        | {"self": None},
    ]
    rules = whole(asked)
    assert rules_of([permission(rule, "sg-1") for rule in rules], "sg-1") == rules


def a_launch(**values: object) -> dict[str, Any]:
    proposed: Values = {**INSTANCE.empty(), "ami": "ami-1", "instance_type": "t3.micro", **values}
    planned = {**completed(INSTANCE, prior=None, proposed=proposed), "tags_all": {}}
    return launched(planned, [], device="/dev/sda1", size=8)


def test_what_is_left_to_the_cloud_is_not_asked_for() -> None:
    assert a_launch() == {
        "ImageId": "ami-1",
        "InstanceType": "t3.micro",
        "MinCount": 1,
        "MaxCount": 1,
        "TagSpecifications": [],
    }


@pytest.mark.parametrize("public", [True, False])
def test_a_public_address_is_a_matter_of_the_interface(*, public: bool) -> None:
    asked = a_launch(
        associate_public_ip_address=public, subnet_id="subnet-1", vpc_security_group_ids=["sg-1"]
    )
    assert asked["NetworkInterfaces"] == [
        {
            "DeviceIndex": 0,
            "AssociatePublicIpAddress": public,
            "SubnetId": "subnet-1",
            "Groups": ["sg-1"],
        }
    ]
    assert "SubnetId" not in asked and "SecurityGroupIds" not in asked


def test_the_root_volume_is_asked_for_under_the_name_that_the_image_gives_it() -> None:
    volume = {**ROOT_VOLUME.empty(), "volume_size": 20, "encrypted": True, "tags": {"a": "b"}}
    asked = a_launch(root_block_device=[volume])
    wish = {"VolumeSize": 20, "Encrypted": True, "DeleteOnTermination": True}
    assert asked["BlockDeviceMappings"] == [{"DeviceName": "/dev/sda1", "Ebs": wish}]
    tagged = {"ResourceType": "volume", "Tags": [{"Key": "a", "Value": "b"}]}
    assert asked["TagSpecifications"] == [tagged]


def test_a_root_volume_of_no_given_size_is_as_large_as_the_image() -> None:
    asked = a_launch(root_block_device=[ROOT_VOLUME.empty()])
    assert asked["BlockDeviceMappings"][0]["Ebs"]["VolumeSize"] == 8


def test_no_tags_are_as_the_user_wrote_them() -> None:
    assert tag_values({}, {"tags": {}})["tags"] == {}
    assert tag_values({}, {"tags": None})["tags"] is None
    assert tag_values({}, {"tags": {"team": "web"}})["tags"] is None
    assert tag_values({"team": "web"}, {}) == {"tags": {"team": "web"}, "tags_all": {"team": "web"}}


def test_an_import_may_name_a_region() -> None:
    assert place_of("vpc-1@us-west-2") == ("vpc-1", {"region": "us-west-2"})
    assert place_of("vpc-1") == ("vpc-1", {})
