"""The sandbox's google: the real terraform makes, changes, adopts and destroys our modules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.sandbox.gcp.changes import relabel_instance, revoke_key, stop_instance
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.rest.faults import Fault
from tests.integration.terraform.google_rig import (
    BUCKET,
    INSTANCE,
    NETWORK,
    OWNED,
    ZONE,
    everything,
    google_rig,
)
from tests.integration.terraform.provider_rig import ProviderRig, with_running

PLACE = "projects/sandbox-project"
IDS = {
    "google_compute_instance.this": f"{PLACE}/zones/{ZONE}/instances/web",
    "google_compute_network.this": f"{PLACE}/global/networks/web-network",
    "google_compute_subnetwork.this": f"{PLACE}/regions/europe-west1/subnetworks/web-subnet",
}
ADOPTION = "".join(
    f'import {{\n  to = {address}{"" if "instance" in address else "[0]"}\n  id = "{id_}"\n}}\n'
    for address, id_ in IDS.items()
)
IN_PLACE = {"google_compute_instance.this": "update"}


@pytest.fixture
def gcp() -> Iterator[GcpServer]:
    server = GcpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def rig(gcp: GcpServer, tmp_path: Path) -> Iterator[ProviderRig]:
    with with_running("google", google_rig(gcp, tmp_path)) as rig:
        yield rig


def instance(gcp: GcpServer) -> Any:  # noqa: ANN401 - JSON
    return gcp.project.instances[ZONE, "web"]


def refused(rig: ProviderRig, module: str, values: dict[str, Any]) -> str:
    """What an apply complains of."""
    rig.use_module(module, values)
    assert rig.run("init").code == 0
    finished = rig.run("apply", "-auto-approve")
    assert finished.code == 1
    return " ".join(finished.problems)


@pytest.mark.parametrize(
    ("module", "values", "count"),
    [
        ("gcp/gcp_network", NETWORK, 3),
        ("gcp/gcp_compute_instance", {**INSTANCE, "public_ip": True}, 4),
        ("gcp/gcp_storage_bucket", BUCKET, 1),
    ],
)
def test_a_module_is_made_stays_as_it_is_and_goes(
    gcp: GcpServer, rig: ProviderRig, module: str, values: dict[str, Any], count: int
) -> None:
    rig.use_module(module, values)
    rig.applied()
    assert everything(gcp) == count
    again = rig.run("plan", "-detailed-exitcode")
    assert (again.code, again.planned, again.drifted) == (0, {}, {})
    assert rig.run("destroy", "-auto-approve").code == 0
    assert everything(gcp) == 0


def test_each_part_of_a_machine_says_whose_it_is_and_is_adopted_by_its_id(
    gcp: GcpServer, rig: ProviderRig
) -> None:
    rig.use_module("gcp/gcp_compute_instance", INSTANCE)
    rig.applied()
    before = instance(gcp)
    assert before["labels"] == gcp.project.disks[ZONE, "web"]["labels"] == {**OWNED, "team": "data"}
    described = " ".join(f"{key}={value}" for key, value in OWNED.items())
    (net,), (subnet,) = gcp.project.networks.values(), gcp.project.subnetworks.values()
    assert (net["description"], subnet["description"]) == (described, described)
    assert {address: each["id"] for address, each in rig.state().items()} == IDS
    (rig.folder / "terraform.tfstate").unlink()
    (rig.folder / "adopt.tf").write_text(ADOPTION)
    adopted = rig.run("apply", "-auto-approve")
    assert (adopted.code, set(adopted.planned.values())) == (0, {"update", "import"})
    (rig.folder / "adopt.tf").unlink()
    assert rig.run("plan", "-detailed-exitcode").code == 0
    assert (instance(gcp)["id"], everything(gcp)) == (before["id"], 4)


def test_what_others_change_shows_and_is_put_back_where_we_had_said_it(
    gcp: GcpServer, rig: ProviderRig
) -> None:
    rig.use_module("gcp/gcp_compute_instance", INSTANCE)
    rig.applied()
    stop_instance(gcp.project, name="web")
    assert rig.run("plan", "-refresh-only").drifted == IN_PLACE
    assert rig.run("plan").planned == {}
    relabel_instance(gcp.project, name="web")
    assert rig.run("apply", "-auto-approve").planned == IN_PLACE
    assert instance(gcp)["labels"]["team"] == "data"
    assert instance(gcp)["status"] == "TERMINATED"


def test_what_can_be_changed_in_place_is(gcp: GcpServer, rig: ProviderRig) -> None:
    rig.use_module("gcp/gcp_compute_instance", INSTANCE)
    rig.applied()
    before = instance(gcp)
    changed = {"machine_type": "e2-small", "secure_boot": False, "public_ip": True}
    rig.use_module("gcp/gcp_compute_instance", {**INSTANCE, **changed})
    assert rig.run("apply", "-auto-approve").planned == IN_PLACE
    now = instance(gcp)
    assert (now["id"], now["status"]) == (before["id"], "RUNNING")
    assert now["machineType"].endswith("/e2-small")
    assert not now["shieldedInstanceConfig"]["enableSecureBoot"]
    assert now["networkInterfaces"][0]["accessConfigs"][0]["natIP"]
    assert rig.run("plan", "-detailed-exitcode").code == 0


def test_a_zone_without_room_fails_the_machine_and_keeps_its_network(
    gcp: GcpServer, rig: ProviderRig
) -> None:
    gcp.project.exhaust(ZONE)
    complaint = refused(rig, "gcp/gcp_compute_instance", INSTANCE)
    assert "ZONE_RESOURCE_POOL_EXHAUSTED" in complaint
    assert "does not have enough resources" in complaint
    assert rig.state().keys() == {"google_compute_network.this", "google_compute_subnetwork.this"}
    gcp.project.replenish(ZONE)
    assert rig.run("apply", "-auto-approve").code == 0
    assert list(gcp.project.instances) == [(ZONE, "web")]


def test_what_was_made_and_cannot_be_read_is_not_forgotten(
    gcp: GcpServer, rig: ProviderRig
) -> None:
    gcp.fail(Fault(pattern="GET /compute/v1/.*/networks/core", status=500, times=1))
    assert "Error reading Network" in refused(rig, "gcp/gcp_network", {**NETWORK, "subnets": []})
    assert rig.state()["google_compute_network.this"]["name"] == "core"


def test_a_key_that_was_taken_back_is_said_and_never_shown(
    gcp: GcpServer, rig: ProviderRig
) -> None:
    revoke_key(gcp.project)
    complaint = refused(rig, "gcp/gcp_storage_bucket", BUCKET)
    assert "oauth2: cannot fetch token" in complaint
    key = gcp.credential()["service_account_info"]["private_key"].splitlines()[1]
    assert key not in (rig.folder / "said.log").read_text()
