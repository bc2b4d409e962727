from collections.abc import Iterator

import pytest

from adapters.aws.owned_objects import AwsOwnedObjects
from application.ports.owned_objects import Ownership
from domain.terraform import Address
from tests.contract.owned_objects_contract import Land, OwnedObjectsContract
from tests.integration.aws.owned import build
from tests.integration.aws.rig import Rig, running_rig


class AwsLand(Land):
    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def make(self, address: Address, ownership: Ownership, *, region: str) -> str:
        return build(self.rig, address, ownership, region=region)

    def take_down(self, cloud_id: str, *, region: str) -> None:
        self.rig.client("ec2", region).terminate_instances(InstanceIds=[cloud_id])

    def deny(self) -> None:
        self.rig.fail("DescribeVpcs", status=403, code="UnauthorizedOperation")

    def break_down(self) -> None:
        self.rig.fail("DescribeVpcs", status=503, code="Unavailable")


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running_rig() as rig:
        yield rig


class TestAwsOwnedObjects(OwnedObjectsContract):
    @pytest.fixture
    def land(self, rig: Rig) -> AwsLand:
        rig.reset()
        return AwsLand(rig)

    @pytest.fixture
    def objects(self, land: AwsLand) -> AwsOwnedObjects:
        return AwsOwnedObjects(session=land.rig.session())
