"""google_compute_instance of the sandbox's provider, without terraform."""

from collections.abc import Iterator
from typing import Any

import pytest

from entrypoints.sandbox.gcp.resources import network
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from tests.integration.terraform.google_object import GoogleObject, connected, state

ZONE, REGION = "europe-west1-b", "europe-west1"
PLACE = "projects/sandbox-project"
MACHINE: dict[str, Any] = {
    "name": "web",
    "machine_type": "e2-small",
    "boot_disk": [{"initialize_params": [{"image": "debian-cloud/debian-12", "size": 20}]}],
    "network_interface": [{"network": "shop"}],
}


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    server = GcpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    """A project with a network whose subnetworks Google made."""
    server.project.empty()
    server.project.put(network(server.project.id, "shop", auto_subnets=True, subnetworks=[REGION]))
    return server


@pytest.fixture
def machine(gcp: GcpServer) -> GoogleObject:
    return GoogleObject(connected(gcp), "google_compute_instance")


def test_a_machine_that_is_gone_is_destroyed_without_complaint(
    gcp: GcpServer, machine: GoogleObject
) -> None:
    machine.apply(**MACHINE)
    gcp.project.instances.clear()
    machine.destroy()
    assert machine.state is None


@pytest.mark.parametrize("id_", ["{p}/zones/{z}/instances/web", "sandbox-project/{z}/web", "web"])
def test_a_machine_is_adopted_by_each_of_its_ids(machine: GoogleObject, id_: str) -> None:
    machine.apply(**MACHINE, metadata={"enable-oslogin": "TRUE"}, tags=["http-server"])
    made = state(machine)
    machine.adopt(id_.format(p=PLACE, z=ZONE))
    assert state(machine)["id"] == made["id"] == f"{PLACE}/zones/{ZONE}/instances/web"
    for name in ("instance_id", "self_link", "metadata", "tags", "shielded_instance_config"):
        assert state(machine)[name] == made[name]
    adopted = machine.apply(**MACHINE, metadata={"enable-oslogin": "TRUE"}, tags=["http-server"])
    assert adopted in {"nothing", "update"}


@pytest.mark.parametrize(
    "link",
    [
        "shop",
        f"regions/{REGION}/subnetworks/shop",
        f"{PLACE}/regions/{REGION}/subnetworks/shop",
        f"https://www.googleapis.com/compute/v1/{PLACE}/regions/{REGION}/subnetworks/shop",
    ],
)
def test_a_subnetwork_is_the_same_however_it_is_spelled(machine: GoogleObject, link: str) -> None:
    wish = {**MACHINE, "network_interface": [{"subnetwork": link}]}
    machine.apply(**wish)
    machine.refresh()
    assert machine.apply(**wish) == "nothing"
    machine.adopt("web")
    assert machine.apply(**wish) in {"nothing", "update"}


@pytest.mark.parametrize(
    ("image", "verb"),
    [
        ("projects/debian-cloud/global/images/family/debian-12", "nothing"),
        ("debian-cloud/debian-12", "nothing"),
        ("debian-cloud/debian-13", "replace"),
        ("ubuntu-os-cloud/debian-12", "replace"),
    ],
)
def test_another_image_is_another_machine(machine: GoogleObject, image: str, verb: str) -> None:
    machine.apply(**MACHINE)
    disk = {"initialize_params": [{"image": image, "size": 20}]}
    assert machine.apply(**{**MACHINE, "boot_disk": [disk]}) == verb


def test_a_machine_is_stopped_only_with_leave(gcp: GcpServer, machine: GoogleObject) -> None:
    machine.apply(**MACHINE)
    bigger = {**MACHINE, "machine_type": "e2-medium"}
    with pytest.raises(CloudRefused, match="requires stopping it"):
        machine.apply(**bigger)
    assert machine.apply(**bigger, allow_stopping_for_update=True) == "update"
    held = gcp.project.instances[ZONE, "web"]
    assert (held["status"], held["machineType"][-9:]) == ("RUNNING", "e2-medium")


def test_a_machine_runs_or_stands_still_as_is_desired(
    gcp: GcpServer, machine: GoogleObject
) -> None:
    machine.apply(**MACHINE, desired_status="TERMINATED")
    assert gcp.project.instances[ZONE, "web"]["status"] == "TERMINATED"
    assert machine.apply(**MACHINE, desired_status="RUNNING") == "update"
    assert gcp.project.instances[ZONE, "web"]["status"] == "RUNNING"


def test_labels_tags_and_metadata_change_in_place(gcp: GcpServer, machine: GoogleObject) -> None:
    machine.apply(**MACHINE, labels={"team": "data"})
    changed = {"labels": {"team": "ops"}, "tags": ["a", "b"], "metadata": {"enable-oslogin": "T"}}
    assert machine.apply(**MACHINE, **changed) == "update"
    held = gcp.project.instances[ZONE, "web"]
    assert (held["labels"], held["tags"]["items"]) == ({"team": "ops"}, ["a", "b"])
    assert held["metadata"]["items"] == [{"key": "enable-oslogin", "value": "T"}]
    machine.refresh()
    assert machine.apply(**MACHINE, **{**changed, "tags": ["b", "a"]}) == "update"
    assert machine.apply(**MACHINE) == "update"
    held = gcp.project.instances[ZONE, "web"]
    assert ("labels" in held, "items" in held["tags"], "items" in held["metadata"]) == (False,) * 3


def test_a_protected_machine_is_not_destroyed(gcp: GcpServer, machine: GoogleObject) -> None:
    machine.apply(**MACHINE, deletion_protection=True)
    with pytest.raises(CloudRefused, match="Deletion Protection is enabled"):
        machine.destroy()
    assert machine.apply(**MACHINE) == "update"
    machine.destroy()
    assert gcp.project.instances == {}


def test_a_machine_without_a_zone_is_refused(gcp: GcpServer) -> None:
    machine = GoogleObject(connected(gcp, zone=None), "google_compute_instance")
    with pytest.raises(CloudRefused, match="zone: required field is not set"):
        machine.apply(**MACHINE)
