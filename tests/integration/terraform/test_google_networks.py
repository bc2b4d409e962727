"""Networks and subnetworks of the sandbox's google provider, without terraform."""

from collections.abc import Iterator

import pytest

from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.terraform.resource_type import CloudRefused
from tests.integration.terraform.google_object import GoogleObject, connected, state

REGION = "europe-west1"
PLACE = "projects/sandbox-project"


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    server = GcpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    """A project with nothing in it."""
    server.project.empty()
    return server


def test_a_network_and_its_subnetwork_are_known_by_number_and_link(gcp: GcpServer) -> None:
    cloud = connected(gcp)
    net = GoogleObject(cloud, "google_compute_network")
    net.apply(name="core", auto_create_subnetworks=False, mtu=1500, routing_mode="GLOBAL")
    sub = GoogleObject(cloud, "google_compute_subnetwork")
    wish = {"name": "front", "ip_cidr_range": "10.0.1.0/24", "network": state(net)["self_link"]}
    sub.apply(**wish)
    held = gcp.project.networks["core"]
    assert state(net)["numeric_id"] == state(net)["network_id"] == held["id"]
    assert (held["mtu"], held["routingConfig"]["routingMode"]) == (1500, "GLOBAL")
    assert state(sub)["gateway_address"] == "10.0.1.1"
    with pytest.raises(CloudRefused, match=r"already being used by .*subnetworks/front"):
        net.destroy()
    assert sub.apply(**{**wish, "network": "core"}) == "nothing"
    assert sub.apply(**{**wish, "private_ip_google_access": True}) == "update"
    assert sub.apply(**{**wish, "ip_cidr_range": "10.0.0.0/16"}) == "update"
    found = gcp.project.subnetworks[REGION, "front"]
    assert (found["ipCidrRange"], found["privateIpGoogleAccess"]) == ("10.0.0.0/16", True)
    for id_ in (f"{PLACE}/regions/{REGION}/subnetworks/front", f"{REGION}/front", "front"):
        sub.adopt(id_)
        assert state(sub)["subnetwork_id"] == int(found["id"])
    with pytest.raises(CloudRefused, match="doesn't match any of the accepted formats"):
        sub.adopt("a/b/c/d")
    sub.destroy()
    net.destroy()
    assert gcp.project.networks == {}


def test_a_change_that_takes_its_time_is_waited_for(gcp: GcpServer) -> None:
    gcp.project.slowness = 1
    net = GoogleObject(connected(gcp), "google_compute_network")
    assert net.apply(name="core", auto_create_subnetworks=False) == "create"
    sub = GoogleObject(connected(gcp), "google_compute_subnetwork")
    sub.apply(name="front", ip_cidr_range="10.0.1.0/24", network="core")
    with pytest.raises(CloudRefused, match="Error waiting for Network: Error code RESOURCE_IN_USE"):
        net.destroy()
    sub.destroy()
    net.destroy()
    assert gcp.project.networks == {}
