"""What happens behind terraform's back in the sandbox's AWS, and what terraform makes of it."""

import json
from typing import Any

import pytest

from entrypoints.sandbox.aws.clients import client
from tests.integration.terraform.provider_rig import ProviderRig, aws_configuration, aws_objects

REGION = "eu-west-1"
NETWORK = {
    "aws_vpc": {
        "this": {
            "cidr_block": "10.9.0.0/16",
            "tags": {"multi-cloud-address": "aws_vpc.this", "team": "data"},
        }
    },
    "aws_subnet": {
        "this": {
            "vpc_id": "${aws_vpc.this.id}",
            "cidr_block": "10.9.0.0/24",
            "tags": {"multi-cloud-address": "aws_subnet.this"},
        }
    },
}


@pytest.fixture
def network(aws_rig: ProviderRig) -> ProviderRig:
    aws_rig.write(aws_configuration(NETWORK))
    aws_rig.applied()
    return aws_rig


def test_a_changed_tag_is_seen_as_drift(network: ProviderRig, aws: str) -> None:
    made = aws_objects(aws)
    client(aws, "ec2", REGION).create_tags(
        Resources=[made["aws_vpc.this"]], Tags=[{"Key": "team", "Value": "search"}]
    )
    refreshed = network.run("plan", "-refresh-only", "-detailed-exitcode")
    assert (refreshed.code, refreshed.drifted) == (2, {"aws_vpc.this": "update"})
    assert network.run("plan").planned == {"aws_vpc.this": "update"}


def test_what_was_deleted_is_made_again_and_the_rest_stays(network: ProviderRig, aws: str) -> None:
    made = aws_objects(aws)
    client(aws, "ec2", REGION).delete_subnet(SubnetId=made["aws_subnet.this"])
    again = network.applied()
    assert (again.drifted, again.planned) == (
        {"aws_subnet.this": "delete"},
        {"aws_subnet.this": "create"},
    )
    assert aws_objects(aws)["aws_vpc.this"] == made["aws_vpc.this"]


def test_destroying_what_is_gone_already_is_no_error(network: ProviderRig, aws: str) -> None:
    made, ec2 = aws_objects(aws), client(aws, "ec2", REGION)
    ec2.delete_subnet(SubnetId=made["aws_subnet.this"])
    assert network.run("destroy", "-auto-approve", "-refresh=false").code == 0
    assert aws_objects(aws) == {}


def test_what_terraform_forgot_is_adopted_and_not_made_twice(
    network: ProviderRig, aws: str
) -> None:
    made = aws_objects(aws)
    (network.folder / "terraform.tfstate").unlink()
    adopted = network.folder / "adopted.tf.json"
    adopted.write_text(
        json.dumps({"import": [{"to": to, "id": identity} for to, identity in made.items()]})
    )
    summary = network.applied().all("change_summary")[-1]["changes"]
    assert (summary["import"], summary["add"], summary["remove"]) == (2, 0, 0)
    adopted.unlink()
    assert network.run("plan", "-detailed-exitcode").code == 0
    assert aws_objects(aws) == made


def test_what_does_not_exist_cannot_be_adopted(aws_rig: ProviderRig) -> None:
    wanted: dict[str, tuple[str, dict[str, Any]]] = {
        "aws_vpc": ("vpc-0000000000000000a", {"cidr_block": "10.9.0.0/16"}),
        "aws_s3_bucket": ("nobodys-bucket", {"bucket": "nobodys-bucket"}),
        "aws_instance": ("i-0000000000000000a", {"ami": "ami-1", "instance_type": "t3.micro"}),
    }
    resources = {kind: {"this": arguments} for kind, (_, arguments) in wanted.items()}
    adopted = [{"to": f"{kind}.this", "id": identity} for kind, (identity, _) in wanted.items()]
    aws_rig.write({**aws_configuration(resources), "import": adopted})
    aws_rig.run("init")
    planned = aws_rig.run("plan")
    assert planned.code == 1
    assert len(planned.problems) == len(wanted)
    for problem in planned.problems:
        assert problem.startswith("Cannot import non-existent remote object")


def test_hostile_tags_arrive_unchanged(aws_rig: ProviderRig, aws: str) -> None:
    hostile = {
        "template": '${file("/etc/passwd")}',
        "directive": "%{if true}yes%{endif}",
        "quotes": "\"'`\\",
        "lines": "one\ntwo\ttab",
        "unicode": "Überfluß 雪 🚲",
        "long": "x" * 256,
    }
    values = {"region": REGION, "name": "shop", "cidr_block": "10.9.0.0/16", "subnets": []}
    aws_rig.use_module("aws/aws_vpc", {**values, "tags": hostile})
    aws_rig.applied()
    found = client(aws, "ec2", REGION).describe_tags(
        Filters=[{"Name": "resource-id", "Values": [aws_objects(aws)["aws_vpc.this"]]}]
    )
    arrived = {tag["Key"]: tag["Value"] for tag in found["Tags"]}
    assert {key: arrived[key] for key in hostile} == hostile
    assert aws_rig.run("plan", "-detailed-exitcode").code == 0
