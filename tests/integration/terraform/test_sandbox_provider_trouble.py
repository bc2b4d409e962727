"""Trouble in the sandbox by script: slow and failing operations, as a person meets them."""

import time

import pytest

from entrypoints.sandbox.aws.clients import client
from tests.integration.terraform.provider_rig import ProviderRig, aws_configuration, aws_objects

NETWORK = aws_configuration(
    {
        "aws_vpc": {
            "this": {"cidr_block": "10.9.0.0/16", "tags": {"multi-cloud-address": "aws_vpc.this"}}
        },
        "aws_subnet": {"this": {"vpc_id": "${aws_vpc.this.id}", "cidr_block": "10.9.0.0/24"}},
    }
)

NOWHERE = {
    "protocol": "tcp",
    "from_port": 443,
    "to_port": 443,
    "cidr_blocks": ["nowhere"],
    **dict.fromkeys(
        ("description", "ipv6_cidr_blocks", "prefix_list_ids", "security_groups", "self")
    ),
}
"""A rule that AWS refuses after it has made the group."""


@pytest.fixture
def network(aws_rig: ProviderRig) -> ProviderRig:
    aws_rig.write(NETWORK)
    assert aws_rig.run("init").code == 0
    return aws_rig


def test_a_refusal_leaves_what_was_made_and_a_retry_makes_the_rest(
    network: ProviderRig, aws: str
) -> None:
    network.trouble(failures={"aws_subnet.create": "QuotaExceeded: You have 200 subnets."})
    failed = network.run("apply", "-auto-approve")
    assert (failed.code, failed.problems) == (1, ["QuotaExceeded: You have 200 subnets."])
    assert set(network.state()) == {"aws_vpc.this"}
    made = aws_objects(aws)

    network.trouble()
    network.applied()
    assert set(network.state()) == {"aws_vpc.this", "aws_subnet.this"}
    assert aws_objects(aws).items() >= made.items()


def test_what_cannot_be_deleted_stays_in_the_state(network: ProviderRig) -> None:
    network.applied()
    network.trouble(failures={"*.delete": "Denied: not on a Friday"})
    assert network.run("destroy", "-auto-approve").code == 1
    assert set(network.state()) == {"aws_vpc.this", "aws_subnet.this"}


def test_an_object_is_in_the_cloud_while_its_creation_is_still_slow(
    network: ProviderRig, aws: str
) -> None:
    network.trouble(delays={"aws_vpc.create": 1.5})
    process = network.start("apply", "-auto-approve")
    while "aws_vpc.this" not in aws_objects(aws) and process.poll() is None:
        time.sleep(0.05)
    known = network.state()
    assert (process.wait(30), known) == (0, {})
    assert set(network.state()) == {"aws_vpc.this", "aws_subnet.this"}


def test_a_script_that_is_none_is_named(network: ProviderRig) -> None:
    (network.mirror / "trouble.json").write_text("slow, please")
    failed = network.run("apply", "-auto-approve")
    assert failed.code == 1
    assert "trouble.json must be a JSON object" in failed.problems[0]


def test_what_is_half_made_is_known_and_made_anew(aws_rig: ProviderRig, aws: str) -> None:
    ec2 = client(aws, "ec2", "eu-west-1")
    network = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = {"name": "web", "vpc_id": network, "ingress": [NOWHERE]}
    aws_rig.write(aws_configuration({"aws_security_group": {"this": group}}))
    aws_rig.run("init")
    failed = aws_rig.run("apply", "-auto-approve")
    assert failed.code == 1
    assert failed.problems[0].startswith("creating EC2 Security Group (sg-")
    group["ingress"] = []
    aws_rig.write(aws_configuration({"aws_security_group": {"this": group}}))
    assert aws_rig.run("plan").planned == {"aws_security_group.this": "replace"}
