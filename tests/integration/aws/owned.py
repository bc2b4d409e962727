"""Objects of EC2 with the tags that Terraform puts on what it makes for a resource."""

from collections.abc import Mapping

from adapters.aws.calls import Client
from application.ports.owned_objects import Ownership
from domain.terraform import Address
from tests.integration.aws.rig import Rig, launch


def tags_of(ownership: Ownership, address: Address | None) -> dict[str, str]:
    tags = {
        "managed-by": "multi-cloud",
        "multi-cloud-installation": ownership.installation,
        "multi-cloud-resource-id": str(ownership.resource_id),
    }
    return tags if address is None else {**tags, "multi-cloud-address": address}


def build(rig: Rig, address: Address, ownership: Ownership, *, region: str) -> str:
    """Make what *address* names and return its id."""
    tags = tags_of(ownership, address)
    match address.partition(".")[0]:
        case "aws_instance":
            return launch(rig, region, tags)[0]
        case "aws_vpc":
            return a_network(rig.client("ec2", region), tags)
        case "aws_subnet":
            return a_subnet(rig.client("ec2", region), tags)
        case _:
            return a_security_group(rig.client("ec2", region), tags)


def a_network(ec2: Client, tags: Mapping[str, str] = {}) -> str:
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16", **_tagged("vpc", tags))
    return str(made["Vpc"]["VpcId"])


def a_subnet(ec2: Client, tags: Mapping[str, str]) -> str:
    made = ec2.create_subnet(
        VpcId=a_network(ec2), CidrBlock="10.0.1.0/24", **_tagged("subnet", tags)
    )
    return str(made["Subnet"]["SubnetId"])


def a_security_group(ec2: Client, tags: Mapping[str, str]) -> str:
    made = ec2.create_security_group(
        GroupName="closed", Description="lets nobody in", **_tagged("security-group", tags)
    )
    return str(made["GroupId"])


def _tagged(what: str, tags: Mapping[str, str]) -> dict[str, object]:
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {"TagSpecifications": [{"ResourceType": what, "Tags": pairs}]} if pairs else {}
