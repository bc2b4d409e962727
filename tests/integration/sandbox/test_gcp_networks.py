"""Networks and subnetworks that come and go, as Google's own clients see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import compute_v1

from entrypoints.sandbox.gcp.resources import instance, network
from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import networks, running, subnetworks

REGION = "europe-west1"


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    with running() as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    server.project.empty()
    return server


def add_network(gcp: GcpServer, name: str, **wishes: Any) -> Any:  # noqa: ANN401 - Google's own
    with networks(gcp) as client:
        wish = compute_v1.Network(name=name, **wishes)
        client.insert(project=gcp.project.id, network_resource=wish).result(timeout=5)
        return client.get(project=gcp.project.id, network=name)


def add_subnetwork(gcp: GcpServer, name: str, block: str, **wishes: Any) -> Any:  # noqa: ANN401
    with subnetworks(gcp) as client:
        wish = compute_v1.Subnetwork(
            name=name, ip_cidr_range=block, **{"network": "global/networks/shop", **wishes}
        )
        place = {"project": gcp.project.id, "region": REGION}
        client.insert(**place, subnetwork_resource=wish).result(timeout=5)
        return client.get(**place, subnetwork=name)


def delete_network(gcp: GcpServer, name: str) -> None:
    with networks(gcp) as client:
        client.delete(project=gcp.project.id, network=name).result(timeout=5)


def delete_subnetwork(gcp: GcpServer, name: str) -> None:
    with subnetworks(gcp) as client:
        client.delete(project=gcp.project.id, region=REGION, subnetwork=name).result(timeout=5)


def test_a_network_has_what_was_wished_until_it_is_deleted(gcp: GcpServer) -> None:
    made = add_network(
        gcp, "made", auto_create_subnetworks=False, mtu=1500, description="managed-by=multi-cloud"
    )
    assert (made.auto_create_subnetworks, made.mtu) == (False, 1500)
    assert made.description == "managed-by=multi-cloud"
    with networks(gcp) as client:
        assert list(client.list(project=gcp.project.id)) == [made]
    delete_network(gcp, "made")
    with pytest.raises(exceptions.NotFound, match="networks/made' was not found"):
        delete_network(gcp, "made")


def test_a_network_is_not_made_twice_nor_with_a_bad_name(gcp: GcpServer) -> None:
    add_network(gcp, "made", auto_create_subnetworks=False)
    with pytest.raises(exceptions.Conflict, match="already exists"):
        add_network(gcp, "made")
    with pytest.raises(exceptions.BadRequest, match="Must be a match of regex"):
        add_network(gcp, "Made")


def test_an_automatic_network_has_a_subnetwork_in_every_region(gcp: GcpServer) -> None:
    made = add_network(gcp, "auto", auto_create_subnetworks=True)
    assert len(made.subnetworks) == len(gcp.project.regions) == 3
    with subnetworks(gcp) as client:
        (own,) = client.list(project=gcp.project.id, region=REGION)
    assert (own.name, own.network) == ("auto", made.self_link)
    delete_network(gcp, "auto")
    assert gcp.project.subnetworks == {}


def test_a_subnetwork_is_part_of_its_network_until_it_is_deleted(gcp: GcpServer) -> None:
    add_network(gcp, "shop", auto_create_subnetworks=False)
    made = add_subnetwork(
        gcp, "front", "10.0.1.0/24", description="of 12", private_ip_google_access=True
    )
    assert (made.ip_cidr_range, made.gateway_address) == ("10.0.1.0/24", "10.0.1.1")
    assert (made.description, made.private_ip_google_access) == ("of 12", True)
    with networks(gcp) as client:
        shop = client.get(project=gcp.project.id, network="shop")
        assert list(shop.subnetworks) == [made.self_link]
    with pytest.raises(exceptions.BadRequest, match=r"shop' is already being used by .*/front'"):
        delete_network(gcp, "shop")
    delete_subnetwork(gcp, "front")
    with pytest.raises(exceptions.NotFound, match="subnetworks/front' was not found"):
        delete_subnetwork(gcp, "front")
    delete_network(gcp, "shop")


def test_ranges_of_one_network_do_not_meet(gcp: GcpServer) -> None:
    for name in ("shop", "other"):
        add_network(gcp, name, auto_create_subnetworks=False)
    add_subnetwork(gcp, "front", "10.0.0.0/16")
    with pytest.raises(exceptions.BadRequest, match="conflicts with existing subnetwork 'front'"):
        add_subnetwork(gcp, "back", "10.0.1.0/24")
    assert add_subnetwork(gcp, "back", "10.0.1.0/24", network="global/networks/other")
    with pytest.raises(exceptions.BadRequest, match="valid CIDR"):
        add_subnetwork(gcp, "odd", "10.1.1.1/24")


def test_a_subnetwork_needs_a_network_and_a_region_that_are_there(gcp: GcpServer) -> None:
    with pytest.raises(exceptions.BadRequest, match="network resource cannot be found"):
        add_subnetwork(gcp, "front", "10.0.1.0/24")
    with (
        subnetworks(gcp) as client,
        pytest.raises(exceptions.NotFound, match="regions/mars-1' was not found"),
    ):
        client.get(project=gcp.project.id, region="mars-1", subnetwork="front")


def test_a_subnetwork_can_grow_and_open_its_way_to_google(gcp: GcpServer) -> None:
    add_network(gcp, "shop", auto_create_subnetworks=False)
    add_subnetwork(gcp, "front", "10.0.1.0/24")
    place = {"project": gcp.project.id, "region": REGION, "subnetwork": "front"}
    with subnetworks(gcp) as client:
        opened = compute_v1.SubnetworksSetPrivateIpGoogleAccessRequest(
            private_ip_google_access=True
        )
        client.set_private_ip_google_access(
            **place, subnetworks_set_private_ip_google_access_request_resource=opened
        ).result(timeout=5)
        for block, fits in (("10.0.0.0/16", True), ("10.0.1.0/24", False)):
            grown = compute_v1.SubnetworksExpandIpCidrRangeRequest(ip_cidr_range=block)
            ask = {"subnetworks_expand_ip_cidr_range_request_resource": grown}
            if fits:
                client.expand_ip_cidr_range(**place, **ask).result(timeout=5)
                continue
            with pytest.raises(exceptions.BadRequest, match="must hold the old one"):
                client.expand_ip_cidr_range(**place, **ask)
        front = client.get(**place)
    assert (front.ip_cidr_range, front.private_ip_google_access) == ("10.0.0.0/16", True)


def test_a_network_with_an_instance_in_it_stays(gcp: GcpServer) -> None:
    project = gcp.project
    project.put(
        network(project.id, "shop", auto_subnets=True, subnetworks=[REGION]),
        instance(project.id, f"{REGION}-b", "web", network="shop"),
    )
    with pytest.raises(exceptions.BadRequest, match=r"already being used by .*/instances/web'"):
        delete_network(gcp, "shop")
    with pytest.raises(exceptions.BadRequest, match=r"already being used by .*/instances/web'"):
        delete_subnetwork(gcp, "shop")
    assert list(project.networks) == ["shop"]
