from collections.abc import Iterator

import pytest

from adapters.aws.health import AwsHealthProbe
from adapters.system.clock import SystemClock
from application.ports.clouds import HealthProbe
from domain.inventory import ResourceKind
from entrypoints.sandbox.aws.replay import Fault
from tests.contract.health_probe_contract import HealthProbeContract, Patient
from tests.integration.aws.rig import Rig, running_rig


class AwsPatient(Patient):
    networks = ResourceKind.AWS_VPC
    permission = "ec2:DescribeVpcs"

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def refuse_key(self) -> None:
        self.rig.fail("GetCallerIdentity", status=403, code="InvalidClientTokenId")

    def deny_networks(self) -> None:
        self.rig.fail("DescribeVpcs", status=403, code="UnauthorizedOperation")

    def deny_everything(self) -> None:
        self.rig.fail("DescribeInstances", status=500, code="InternalError")
        self.rig.fail("DescribeRegions", status=403, code="UnauthorizedOperation")
        self.rig.fail("ListBuckets", status=403, code="AccessDenied")
        self.deny_networks()

    def go_down(self) -> None:
        self.rig.line.fail(Fault(operation="GetCallerIdentity", dropped=True))


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running_rig() as rig:
        yield rig


class TestAwsHealthProbe(HealthProbeContract):
    @pytest.fixture
    def patient(self, rig: Rig) -> AwsPatient:
        rig.reset()
        return AwsPatient(rig)

    @pytest.fixture
    def probe(self, patient: AwsPatient) -> HealthProbe:
        return AwsHealthProbe(session=patient.rig.session(), clock=SystemClock())
