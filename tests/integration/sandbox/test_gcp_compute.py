"""The sandbox's compute service as Google's own clients see it."""

from collections.abc import Iterator

import pytest
import requests
from google.api_core import exceptions
from google.cloud import compute_v1

from entrypoints.sandbox.gcp.errors import Json, rate_limited
from entrypoints.sandbox.gcp.resources import instance, network
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.rest.faults import Fault
from tests.integration.sandbox.gcp_clients import instances, key, networks, running

HERE, THERE, EMPTY = "europe-west1-b", "us-central1-a", "europe-west3-b"


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    with running() as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    server.project.empty()
    server.heal()
    server.forget()
    return server


def launch(server: GcpServer, zone: str, *names: str) -> None:
    server.project.put(*(instance(server.project.id, zone, name) for name in names))


def aggregated(server: GcpServer, **query: str) -> Json:
    """One page as it is sent; the newest clients no longer send every parameter."""
    place = f"{server.endpoint}/compute/v1/projects/{server.project.id}/aggregated/instances"
    token = key(server)
    token._create_self_signed_jwt("https://compute.googleapis.com/")
    head: dict[str, str] = {}
    token.before_request(None, "GET", place, head)
    answer = requests.get(place, params=query, headers=head, timeout=5)
    document: Json = answer.json()
    return document


def test_an_instance_is_told_with_all_that_google_tells(gcp: GcpServer) -> None:
    told = instance(
        gcp.project.id,
        HERE,
        "web-1",
        machine_type="n2-standard-8",
        labels={"team": "größe"},
        network_tags=["http-server"],
        private_ip="10.0.0.7",
        public_ip="34.89.17.4",
        spot=True,
    )
    gcp.project.put(told)
    with instances(gcp) as client:
        web = client.get(project=gcp.project.id, zone=HERE, instance="web-1")
    assert str(web.id) == told["id"]
    assert web.machine_type.endswith(f"/zones/{HERE}/machineTypes/n2-standard-8")
    assert (web.status, web.creation_timestamp) == ("RUNNING", "2024-05-06T07:08:09.123-07:00")
    assert dict(web.labels) == {"team": "größe"}
    assert list(web.tags.items) == ["http-server"]
    (interface,) = web.network_interfaces
    addresses = interface.network_i_p, interface.access_configs[0].nat_i_p
    assert addresses == ("10.0.0.7", "34.89.17.4")
    assert web.scheduling.provisioning_model == "SPOT"


def test_every_instance_of_the_project_comes_by_zone_and_name(gcp: GcpServer) -> None:
    launch(gcp, THERE, "c", "a", "b")
    launch(gcp, HERE, "z")
    with instances(gcp) as client:
        request = compute_v1.AggregatedListInstancesRequest(project=gcp.project.id, max_results=2)
        pages = list(client.aggregated_list(request=request).pages)
    found = [
        [(scope, each.name) for scope in sorted(page.items) for each in page.items[scope].instances]
        for page in pages
    ]
    there = f"zones/{THERE}"
    assert found == [[(f"zones/{HERE}", "z"), (there, "a")], [(there, "b"), (there, "c")]]
    assert pages[0].items[f"zones/{EMPTY}"].warning.code == "NO_RESULTS_ON_PAGE"


def test_a_zone_lists_its_own_instances_page_by_page(gcp: GcpServer) -> None:
    launch(gcp, HERE, "a", "b", "c")
    launch(gcp, THERE, "d")
    with instances(gcp) as client:
        request = compute_v1.ListInstancesRequest(project=gcp.project.id, zone=HERE, max_results=2)
        assert [each.name for each in client.list(request=request)] == ["a", "b", "c"]
    assert len(gcp.requests) == 2


def test_a_page_holds_500_at_most_and_only_known_tokens_open_one(gcp: GcpServer) -> None:
    assert aggregated(gcp, maxResults="501")["error"]["errors"][0]["reason"] == "invalid"
    assert aggregated(gcp, pageToken="nonsense")["error"]["code"] == 400
    assert "filter" in aggregated(gcp, filter="status=RUNNING")["error"]["message"]


def test_a_zone_that_does_not_answer_fails_the_whole_list(gcp: GcpServer) -> None:
    launch(gcp, HERE, "a")
    gcp.project.unreachable(THERE)
    with instances(gcp) as client:
        with pytest.raises(exceptions.ServiceUnavailable):
            client.aggregated_list(project=gcp.project.id, retry=None)
        with pytest.raises(exceptions.ServiceUnavailable):
            client.list(project=gcp.project.id, zone=THERE, retry=None)
        assert [each.name for each in client.list(project=gcp.project.id, zone=HERE)] == ["a"]


def test_who_takes_a_part_is_told_which_zone_is_missing(gcp: GcpServer) -> None:
    launch(gcp, HERE, "a")
    launch(gcp, THERE, "b")
    gcp.project.unreachable(THERE)
    page = aggregated(gcp, returnPartialSuccess="true")
    assert page["unreachables"] == [f"projects/{gcp.project.id}/zones/{THERE}"]
    assert page["items"][f"zones/{THERE}"]["warning"]["code"] == "UNREACHABLE"
    assert [each["name"] for each in page["items"][f"zones/{HERE}"]["instances"]] == ["a"]
    gcp.project.reachable(THERE)
    assert "unreachables" not in aggregated(gcp, returnPartialSuccess="true")


def test_networks_and_zones_are_listed_by_name(gcp: GcpServer) -> None:
    for name in ("shop", "default"):
        gcp.project.put(network(gcp.project.id, name, subnetworks=["us-central1"], mtu=1500))
    with networks(gcp) as client:
        found = list(client.list(project=gcp.project.id))
        assert client.get(project=gcp.project.id, network="shop") == found[1]
    assert [(each.name, each.mtu) for each in found] == [("default", 1500), ("shop", 1500)]
    assert found[0].subnetworks[0].endswith("/regions/us-central1/subnetworks/default")
    with compute_v1.ZonesClient(
        credentials=key(gcp), client_options={"api_endpoint": gcp.endpoint}
    ) as zones:
        assert [each.name for each in zones.list(project=gcp.project.id)] == list(gcp.project.zones)


def test_what_is_not_allowed_names_the_permission(gcp: GcpServer) -> None:
    gcp.project.deny("compute.instances.list")
    with (
        instances(gcp) as client,
        pytest.raises(
            exceptions.Forbidden, match=r"Required 'compute\.instances\.list'"
        ) as refused,
    ):
        client.aggregated_list(project=gcp.project.id)
    assert refused.value.errors[0]["reason"] == "forbidden"


def test_a_service_that_is_off_says_where_to_switch_it_on(gcp: GcpServer) -> None:
    gcp.project.disable_api("compute")
    with instances(gcp) as client, pytest.raises(exceptions.Forbidden) as refused:
        client.aggregated_list(project=gcp.project.id)
    assert "has not been used in project" in refused.value.message
    assert refused.value.errors[0]["reason"] == "accessNotConfigured"
    assert refused.value.reason == "SERVICE_DISABLED"
    gcp.project.enable_api("compute")
    assert "error" not in aggregated(gcp)


def test_a_project_or_zone_that_nobody_knows_is_not_found(gcp: GcpServer) -> None:
    with instances(gcp) as client:
        with pytest.raises(exceptions.NotFound, match="'projects/other' was not found"):
            client.aggregated_list(project="other")
        with pytest.raises(exceptions.NotFound, match="zones/mars-1-a"):
            client.list(project=gcp.project.id, zone="mars-1-a")


def test_too_many_questions_are_a_403_of_their_own_kind(gcp: GcpServer) -> None:
    gcp.fail(Fault(pattern="aggregated", status=403, document=rate_limited(), times=1))
    with instances(gcp) as client:
        with pytest.raises(exceptions.Forbidden) as refused:
            client.aggregated_list(project=gcp.project.id)
        assert refused.value.errors[0]["reason"] == "rateLimitExceeded"
        assert client.aggregated_list(project=gcp.project.id) is not None
