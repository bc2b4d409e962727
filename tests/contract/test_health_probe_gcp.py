from collections.abc import Iterator

import pytest

from adapters.gcp.health import GcpHealthProbe
from adapters.system.clock import SystemClock
from application.ports.clouds import HealthProbe
from tests.contract.health_probe_contract import HealthProbeContract, Patient
from tests.integration.gcp.rig import NETWORKS, Rig, running


class GcpPatient(Patient):
    networks = NETWORKS
    permission = "compute.networks.list"

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def refuse_key(self) -> None:
        self.rig.project.account.revoke()

    def deny_networks(self) -> None:
        self.rig.project.deny(self.permission)

    def deny_everything(self) -> None:
        self.rig.fail("aggregated/instances", status=503)
        self.rig.project.deny("storage.buckets.list")
        self.deny_networks()

    def go_down(self) -> None:
        self.rig.fail("", dropped=True)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running() as rig:
        yield rig


class TestGcpHealthProbe(HealthProbeContract):
    @pytest.fixture
    def patient(self, rig: Rig) -> GcpPatient:
        rig.reset()
        return GcpPatient(rig)

    @pytest.fixture
    def probe(self, patient: GcpPatient) -> HealthProbe:
        return GcpHealthProbe(session=patient.rig.session(), clock=SystemClock())
