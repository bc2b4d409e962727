"""The sandbox's AWS through the real terraform, with the modules that the service runs."""

from collections.abc import Mapping
from typing import Any

from entrypoints.sandbox.aws.clients import client
from tests.integration.terraform.provider_rig import (
    INSTALLATION,
    ProviderRig,
    aws_configuration,
    aws_objects,
    tags_of,
)

REGION = "eu-west-1"
OURS = {
    "managed-by": "multi-cloud",
    "multi-cloud-resource-id": "12",
    "multi-cloud-installation": INSTALLATION,
}
COMMON = {"region": REGION, "tags": {"team": "storefront"}}
BUCKET = {**COMMON, "name": "invoices-of-2026", "versioning": True, "force_destroy": False}
MACHINE = {
    **COMMON,
    "name": "web",
    "instance_type": "t3.micro",
    "ami": "ami-12c6146b",
    "disk_size_gb": 20,
    "key_name": None,
    "subnet_id": None,
    "security_group_ids": [],
    "public_ip": False,
}


def test_a_bucket_lives_with_all_its_settings_and_dies_full_only_by_force(
    aws_rig: ProviderRig, aws: str
) -> None:
    aws_rig.use_module("aws/aws_s3_bucket", BUCKET)
    aws_rig.applied()
    s3 = client(aws, "s3", REGION)
    assert_safe_and_ours(s3)
    assert aws_rig.run("plan", "-detailed-exitcode").code == 0

    s3.put_object(Bucket=BUCKET["name"], Key="march.pdf", Body=b"paid")
    refused = aws_rig.run("destroy", "-auto-approve")
    assert refused.code == 1
    assert "BucketNotEmpty" in refused.problems[0]
    assert set(aws_rig.state()) == {"aws_s3_bucket.this"}

    aws_rig.use_module("aws/aws_s3_bucket", {**BUCKET, "force_destroy": True})
    aws_rig.applied()
    assert aws_rig.run("destroy", "-auto-approve").code == 0
    assert s3.list_buckets()["Buckets"] == []


def assert_safe_and_ours(s3: Any) -> None:  # noqa: ANN401 - boto3 ships no types
    name = {"Bucket": BUCKET["name"]}
    tagged = tags_of(s3.get_bucket_tagging(**name), "TagSet")
    assert tagged == {**OURS, "team": "storefront"}
    shut = s3.get_public_access_block(**name)["PublicAccessBlockConfiguration"]
    assert set(shut.values()) == {True}
    assert s3.get_bucket_versioning(**name)["Status"] == "Enabled"
    rules = s3.get_bucket_encryption(**name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"


def test_a_machine_lives_changes_and_dies_with_the_network_it_needs(
    aws_rig: ProviderRig, aws: str
) -> None:
    aws_rig.use_module("aws/aws_ec2_instance", MACHINE)
    aws_rig.applied()
    ec2, made = client(aws, "ec2", REGION), aws_objects(aws)
    assert_closed_and_ours(ec2, made)
    assert aws_rig.run("plan", "-detailed-exitcode").code == 0

    larger = {
        **MACHINE,
        "instance_type": "t3.large",
        "disk_size_gb": 40,
        "tags": {"team": "search"},
    }
    aws_rig.use_module("aws/aws_ec2_instance", larger)
    assert set(aws_rig.applied().planned.values()) == {"update"}
    changed = aws_rig.state()["aws_instance.this"]
    assert changed["id"] == made["aws_instance.this"]
    assert (changed["instance_type"], changed["tags_all"]["team"]) == ("t3.large", "search")
    assert changed["root_block_device"][0]["volume_size"] == 40

    aws_rig.use_module("aws/aws_ec2_instance", {**larger, "ami": "ami-03cf127a"})
    assert aws_rig.run("plan").planned == {"aws_instance.this": "replace"}
    assert aws_rig.run("destroy", "-auto-approve").code == 0
    assert aws_objects(aws) == {}


def assert_closed_and_ours(ec2: Any, made: Mapping[str, str]) -> None:  # noqa: ANN401 - boto3
    answer = ec2.describe_instances(InstanceIds=[made["aws_instance.this"]])
    found = answer["Reservations"][0]["Instances"][0]
    assert tags_of(found).items() >= {**OURS, "team": "storefront"}.items()
    assert found["State"]["Name"] == "running"
    assert found["SubnetId"] == made["aws_subnet.this[0]"]
    assert found["MetadataOptions"]["HttpTokens"] == "required"
    assert "PublicIpAddress" not in found
    group = ec2.describe_security_groups(GroupIds=[made["aws_security_group.this[0]"]])
    assert group["SecurityGroups"][0]["IpPermissions"] == []
    assert group["SecurityGroups"][0]["IpPermissionsEgress"] == []
    volume = ec2.describe_volumes(VolumeIds=[found["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]])
    assert volume["Volumes"][0]["Encrypted"] and volume["Volumes"][0]["Size"] == 20


def test_what_the_schema_does_not_allow_is_refused(aws_rig: ProviderRig) -> None:
    subnets = {
        "unknown": {"vpc_id": "vpc-1", "colour": "red"},
        "missing": {"cidr_block": "10.0.0.0/24"},
        "mistyped": {"vpc_id": ["vpc-1"]},
    }
    instances = {"twice": {"ami": "ami-1", "root_block_device": [{}, {}]}}
    aws_rig.write(aws_configuration({"aws_subnet": subnets, "aws_instance": instances}))
    aws_rig.run("init")
    planned = aws_rig.run("plan")
    assert planned.code == 1
    said = "\n".join(planned.problems)
    for sentence in (
        'No argument or block type is named "colour"',
        'The argument "vpc_id" is required',
        'Inappropriate value for attribute "vpc_id": string required',
        'No more than 1 "root_block_device" blocks are allowed',
    ):
        assert sentence in said
