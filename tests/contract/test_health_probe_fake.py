import pytest

from adapters.fakes.clouds import FakeCloud, FakeHealthProbe
from application.ports.clouds import HealthProbe
from application.ports.errors import AccessDenied, CredentialsExpired, Unavailable
from domain.accounts import Provider
from domain.inventory import ResourceKind
from tests.contract.health_probe_contract import HealthProbeContract, Patient


class FakePatient(Patient):
    networks = ResourceKind.AWS_VPC
    permission = "ec2:DescribeVpcs"

    def __init__(self) -> None:
        self.cloud = FakeCloud()

    def refuse_key(self) -> None:
        remedy = "Enter a current one."
        self.cloud.fail_account(CredentialsExpired("The key is not accepted.", remedy=remedy))

    def deny_networks(self) -> None:
        denied = AccessDenied("VPCs are refused.", permission=self.permission)
        self.cloud.fail_probe(self.networks, denied)

    def deny_everything(self) -> None:
        self.cloud.fail_probe(ResourceKind.AWS_EC2_INSTANCE, Unavailable("It could not answer."))
        self.cloud.fail_probe(ResourceKind.AWS_S3_BUCKET, AccessDenied("Buckets are refused."))
        self.deny_networks()

    def go_down(self) -> None:
        self.cloud.fail_account(Unavailable("Nobody answers."))


class TestFakeHealthProbe(HealthProbeContract):
    @pytest.fixture
    def patient(self) -> FakePatient:
        return FakePatient()

    @pytest.fixture
    def probe(self, patient: FakePatient) -> HealthProbe:
        return FakeHealthProbe(patient.cloud, ResourceKind.of(Provider.AWS))
