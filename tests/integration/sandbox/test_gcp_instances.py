"""Instances that come and go, as Google's own clients see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import compute_v1
from google.cloud.compute_v1 import (
    AccessConfig,
    AttachedDisk,
    AttachedDiskInitializeParams,
    NetworkInterface,
)

from entrypoints.sandbox.gcp.resources import network
from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import at, instances, key, running, subnetworks

ZONE, REGION = "europe-west1-b", "europe-west1"
IMAGE = "projects/debian-cloud/global/images/family/debian-12"


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    with running() as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    """A project with a network whose subnetworks Google made."""
    server.project.empty()
    server.project.put(network(server.project.id, "shop", auto_subnets=True, subnetworks=[REGION]))
    return server


def wished(name: str, **fields: Any) -> compute_v1.Instance:  # noqa: ANN401 - Google's own
    disk = AttachedDisk(
        boot=True,
        auto_delete=True,
        initialize_params=AttachedDiskInitializeParams(
            source_image=IMAGE, disk_size_gb=20, disk_type=f"zones/{ZONE}/diskTypes/pd-balanced"
        ),
    )
    usual: dict[str, Any] = {
        "name": name,
        "machine_type": f"zones/{ZONE}/machineTypes/e2-small",
        "disks": [disk],
        "network_interfaces": [NetworkInterface(network="global/networks/shop")],
    }
    return compute_v1.Instance(**{**usual, **fields})


def launch(gcp: GcpServer, name: str, **fields: Any) -> Any:  # noqa: ANN401 - as above
    place = {"project": gcp.project.id, "zone": ZONE}
    with instances(gcp) as client:
        client.insert(**place, instance_resource=wished(name, **fields)).result(timeout=5)
        return client.get(**place, instance=name)


def test_an_instance_has_what_was_wished_and_is_listed(gcp: GcpServer) -> None:
    web = launch(
        gcp,
        "web",
        labels={"managed-by": "multi-cloud"},
        tags=compute_v1.Tags(items=["http-server"]),
        metadata=compute_v1.Metadata(items=[compute_v1.Items(key="enable-oslogin", value="TRUE")]),
        shielded_instance_config=compute_v1.ShieldedInstanceConfig(enable_secure_boot=True),
    )
    assert (web.status, web.machine_type.rpartition("/")[2]) == ("RUNNING", "e2-small")
    assert dict(web.labels) == {"managed-by": "multi-cloud"}
    assert list(web.tags.items) == ["http-server"]
    assert [(each.key, each.value) for each in web.metadata.items] == [("enable-oslogin", "TRUE")]
    assert web.shielded_instance_config.enable_secure_boot
    assert web.shielded_instance_config.enable_vtpm
    (interface,) = web.network_interfaces
    assert (interface.network_i_p, list(interface.access_configs)) == ("10.128.0.2", [])
    with instances(gcp) as client:
        scopes = dict(client.aggregated_list(project=gcp.project.id))
    assert list(scopes[f"zones/{ZONE}"].instances) == [web]


def test_its_disk_tells_what_it_was_made_of(gcp: GcpServer) -> None:
    web = launch(gcp, "web")
    with compute_v1.DisksClient(credentials=key(gcp), client_options=at(gcp)) as client:
        disk = client.get(project=gcp.project.id, zone=ZONE, disk="web")
    assert web.disks[0].source == disk.self_link
    assert (disk.size_gb, disk.type_.rpartition("/")[2]) == (20, "pd-balanced")
    assert disk.source_image.endswith("/debian-cloud/global/images/debian-12-v20261015")


def test_an_instance_that_is_deleted_takes_its_disk_with_it(gcp: GcpServer) -> None:
    launch(gcp, "web")
    with pytest.raises(exceptions.Conflict, match="already exists"):
        launch(gcp, "web")
    with instances(gcp) as client:
        client.delete(project=gcp.project.id, zone=ZONE, instance="web").result(timeout=5)
        with pytest.raises(exceptions.NotFound, match="instances/web' was not found"):
            client.get(project=gcp.project.id, zone=ZONE, instance="web")
    assert gcp.project.disks == {}


def test_no_two_instances_have_the_same_address(gcp: GcpServer) -> None:
    public = [
        NetworkInterface(network="global/networks/shop", access_configs=[AccessConfig(name="nat")])
    ]
    made = [launch(gcp, name, network_interfaces=public) for name in ("a", "b")]
    inside = [each.network_interfaces[0].network_i_p for each in made]
    outside = [each.network_interfaces[0].access_configs[0].nat_i_p for each in made]
    assert len({*inside, *outside}) == 4


def test_a_subnetwork_of_a_custom_network_must_be_named(gcp: GcpServer) -> None:
    gcp.project.put(network(gcp.project.id, "custom"))
    with subnetworks(gcp) as client:
        own = compute_v1.Subnetwork(
            name="front", network="global/networks/custom", ip_cidr_range="10.0.1.0/24"
        )
        client.insert(project=gcp.project.id, region=REGION, subnetwork_resource=own).result(
            timeout=5
        )
    with pytest.raises(exceptions.BadRequest, match="Subnetwork should be specified"):
        launch(gcp, "web", network_interfaces=[NetworkInterface(network="global/networks/custom")])
    named = NetworkInterface(subnetwork=f"regions/{REGION}/subnetworks/front")
    (interface,) = launch(gcp, "web", network_interfaces=[named]).network_interfaces
    assert interface.network.endswith("/networks/custom")
    assert interface.network_i_p == "10.0.1.2"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "Web"}, "Must be a match of regex"),
        ({"labels": {"Team": "x"}}, "Label key 'Team' violates"),
        ({"machine_type": f"zones/{ZONE}/machineTypes/huge"}, "'huge' does not exist in zone"),
        ({"machine_type": "zones/us-central1-a/machineTypes/e2-small"}, "does not exist in zone"),
        ({"machine_type": "e2-small"}, "The URL is malformed"),
        ({"disks": []}, "No disks are specified"),
        ({"network_interfaces": []}, "At least one network interface"),
        (
            {"network_interfaces": [NetworkInterface(network="global/networks/nowhere")]},
            "network resource cannot be found",
        ),
        (
            {"network_interfaces": [NetworkInterface(subnetwork="regions/r/subnetworks/n")]},
            "subnetwork resource cannot be found",
        ),
        ({"tags": compute_v1.Tags(items=["Http"])}, "Must be a match of regex"),
        (
            {"metadata": compute_v1.Metadata(items=[compute_v1.Items(key="a b", value="")])},
            "Must be a match of regex",
        ),
    ],
)
def test_a_wish_that_cannot_be_is_refused_and_makes_nothing(
    gcp: GcpServer, fields: dict[str, Any], words: str
) -> None:
    with pytest.raises(exceptions.BadRequest, match=words):
        launch(gcp, **{"name": "web", **fields})
    assert (gcp.project.instances, gcp.project.disks) == ({}, {})


def test_a_zone_without_room_lets_the_operation_fail(gcp: GcpServer) -> None:
    gcp.project.exhaust(ZONE)
    with instances(gcp) as client:
        operation = client.insert(
            project=gcp.project.id, zone=ZONE, instance_resource=wished("web")
        )
        with pytest.raises(exceptions.ServiceUnavailable, match="does not have enough resources"):
            operation.result(timeout=5)
        assert operation.error_code == 503
    assert gcp.project.instances == {}
    gcp.project.replenish(ZONE)
    assert launch(gcp, "web").status == "RUNNING"
