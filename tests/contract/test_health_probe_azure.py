from collections.abc import Iterator

import pytest

from adapters.azure.health import AzureHealthProbe
from adapters.system.clock import SystemClock
from application.ports.clouds import HealthProbe
from domain.inventory import ResourceKind
from entrypoints.sandbox.azure.tenant import CLIENT_ID
from tests.contract.health_probe_contract import HealthProbeContract, Patient
from tests.integration.azure.rig import Rig, running_rig


class AzurePatient(Patient):
    networks = ResourceKind.AZURE_RESOURCE_GROUP
    permission = "Microsoft.Resources/subscriptions/resourceGroups/read"

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def refuse_key(self) -> None:
        assert self.rig.tenant.directory.expire_secret(CLIENT_ID)

    def deny_networks(self) -> None:
        self.rig.tenant.deny(self.permission)

    def deny_everything(self) -> None:
        self.rig.fail("virtualMachines", status=500)
        self.rig.tenant.deny("Microsoft.Storage/storageAccounts/read")
        self.deny_networks()

    def go_down(self) -> None:
        self.rig.fail("", dropped=True)


class TestAzureHealthProbe(HealthProbeContract):
    @pytest.fixture
    def patient(self) -> Iterator[AzurePatient]:
        with running_rig() as rig:
            yield AzurePatient(rig)

    @pytest.fixture
    def probe(self, patient: AzurePatient) -> HealthProbe:
        return AzureHealthProbe(session=patient.rig.session(), clock=SystemClock())
