from collections.abc import Iterator, Mapping

import pytest

from adapters.aws.inventory import AwsInventory
from domain.inventory import EVERYWHERE, Location, ResourceKind
from tests.contract.cloud_inventory_contract import (
    Account,
    CloudInventoryContract,
    Geography,
)
from tests.integration.aws.rig import Rig, launch, make_bucket, running_rig

IRELAND, OREGON = Location("eu-west-1"), Location("us-west-2")


class AwsAccount(Account):
    geography = Geography(
        instances=ResourceKind.AWS_EC2_INSTANCE,
        buckets=ResourceKind.AWS_S3_BUCKET,
        networks=ResourceKind.AWS_VPC,
        here=IRELAND,
        there=OREGON,
        bucket_places=(EVERYWHERE, EVERYWHERE),
        network_places=(IRELAND, OREGON),
        regions=(IRELAND, OREGON),
    )

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def launch(self, location: Location, tags: Mapping[str, str]) -> str:
        return launch(self.rig, location, tags)[0]

    def terminate(self, location: Location, instance: str) -> None:
        self.rig.client("ec2", location).terminate_instances(InstanceIds=[instance])

    def make_bucket(self, location: Location, name: str, tags: Mapping[str, str]) -> str:
        make_bucket(self.rig, location, name, tags)
        return name

    def make_network(self, location: Location, name: str) -> str:
        pairs = [{"Key": "Name", "Value": name}]
        wish = [{"ResourceType": "vpc", "Tags": pairs}]
        made = self.rig.client("ec2", location).create_vpc(
            CidrBlock="10.0.0.0/16", TagSpecifications=wish
        )
        return str(made["Vpc"]["VpcId"])

    def deny(self, kind: ResourceKind, location: Location) -> None:
        assert kind is self.geography.instances
        self.rig.fail(
            "DescribeInstances", region=location, status=403, code="UnauthorizedOperation"
        )

    def break_down(self, kind: ResourceKind, location: Location) -> None:
        assert kind is self.geography.instances
        self.rig.fail("DescribeInstances", region=location, status=503, code="Unavailable")

    def refuse_key(self) -> None:
        self.rig.fail("GetCallerIdentity", status=403, code="InvalidClientTokenId")

    def mend(self) -> None:
        self.rig.line.heal()


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running_rig() as rig:
        yield rig


class TestAwsInventory(CloudInventoryContract):
    @pytest.fixture
    def account(self, rig: Rig) -> AwsAccount:
        rig.reset()
        return AwsAccount(rig)

    @pytest.fixture
    def inventory(self, account: AwsAccount) -> AwsInventory:
        return account.rig.inventory()
