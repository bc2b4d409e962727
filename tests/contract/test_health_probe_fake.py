import pytest

from adapters.fakes.clouds import FakeCloud, FakeHealthProbe
from application.ports.clouds import HealthProbe
from application.ports.errors import AccessDenied, CredentialsExpired, Unavailable
from domain.accounts import Provider
from domain.inventory import ResourceKind
from tests.contract.health_probe_contract import VPCS, HealthProbeContract, Patient


class FakePatient(Patient):
    def __init__(self) -> None:
        self.cloud = FakeCloud()

    def refuse_key(self) -> None:
        remedy = "Enter a current one."
        self.cloud.fail_account(CredentialsExpired("The key is not accepted.", remedy=remedy))

    def deny_vpcs(self) -> None:
        denied = AccessDenied("VPCs are refused.", permission="ec2:DescribeVpcs")
        self.cloud.fail_probe(VPCS, denied)

    def deny_everything(self) -> None:
        self.cloud.fail_probe(ResourceKind.AWS_EC2_INSTANCE, Unavailable("It could not answer."))
        self.cloud.fail_probe(ResourceKind.AWS_S3_BUCKET, AccessDenied("Buckets are refused."))
        self.deny_vpcs()

    def go_down(self) -> None:
        self.cloud.fail_account(Unavailable("Nobody answers."))


class TestFakeHealthProbe(HealthProbeContract):
    @pytest.fixture
    def patient(self) -> FakePatient:
        return FakePatient()

    @pytest.fixture
    def probe(self, patient: FakePatient) -> HealthProbe:
        return FakeHealthProbe(patient.cloud, ResourceKind.of(Provider.AWS))
