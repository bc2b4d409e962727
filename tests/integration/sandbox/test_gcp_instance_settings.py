"""What is changed of an instance that exists, as Google's own clients see it."""

from collections.abc import Iterator
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud import compute_v1

from entrypoints.sandbox.gcp.changes import relabel_instance
from entrypoints.sandbox.gcp.resources import instance
from entrypoints.sandbox.gcp.server import GcpServer
from tests.integration.sandbox.gcp_clients import instances, running

ZONE, NAME = "europe-west3-a", "dashboard-1"


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    with running() as started:
        yield started


@pytest.fixture
def gcp(server: GcpServer) -> GcpServer:
    """A project with one instance."""
    server.project.empty()
    server.project.put(instance(server.project.id, ZONE, NAME, labels={"team": "data"}))
    return server


@pytest.fixture
def client(gcp: GcpServer) -> Iterator[Any]:
    with instances(gcp) as client:
        yield client


def place(gcp: GcpServer) -> dict[str, str]:
    return {"project": gcp.project.id, "zone": ZONE, "instance": NAME}


def relabel(gcp: GcpServer, client: Any, fingerprint: str, **labels: str) -> None:  # noqa: ANN401
    wish = compute_v1.InstancesSetLabelsRequest(label_fingerprint=fingerprint, labels=labels)
    client.set_labels(**place(gcp), instances_set_labels_request_resource=wish).result(timeout=5)


def test_labels_are_changed_by_who_has_seen_the_last_ones(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    seen = client.get(**place(gcp)).label_fingerprint
    relabel(gcp, client, seen, team="platform")
    assert dict(client.get(**place(gcp)).labels) == {"team": "platform"}
    with pytest.raises(exceptions.PreconditionFailed, match="resource labels have changed"):
        relabel(gcp, client, seen, team="data")
    relabel(gcp, client, client.get(**place(gcp)).label_fingerprint)
    assert dict(client.get(**place(gcp)).labels) == {}


def test_labels_that_changed_behind_ones_back_have_another_fingerprint(
    gcp: GcpServer,
    client: Any,  # noqa: ANN401 - Google's own
) -> None:
    seen = client.get(**place(gcp)).label_fingerprint
    relabel_instance(gcp.project)
    with pytest.raises(exceptions.PreconditionFailed):
        relabel(gcp, client, seen, team="data")


def test_metadata_and_network_tags_are_changed_likewise(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    seen = client.get(**place(gcp))
    items = [compute_v1.Items(key="enable-oslogin", value="TRUE")]
    wish = compute_v1.Metadata(fingerprint=seen.metadata.fingerprint, items=items)
    client.set_metadata(**place(gcp), metadata_resource=wish).result(timeout=5)
    tags = compute_v1.Tags(fingerprint=seen.tags.fingerprint, items=["http-server"])
    client.set_tags(**place(gcp), tags_resource=tags).result(timeout=5)
    now = client.get(**place(gcp))
    assert (list(now.metadata.items), list(now.tags.items)) == (items, ["http-server"])
    with pytest.raises(exceptions.PreconditionFailed, match="metadata fingerprint"):
        client.set_metadata(**place(gcp), metadata_resource=wish)
    with pytest.raises(exceptions.PreconditionFailed, match="tags fingerprint"):
        client.set_tags(**place(gcp), tags_resource=tags)


def test_a_machine_gets_another_type_while_it_stands_still(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    link = f"zones/{ZONE}/machineTypes/e2-highmem-4"
    wish = compute_v1.InstancesSetMachineTypeRequest(machine_type=link)
    ask = {**place(gcp), "instances_set_machine_type_request_resource": wish}
    with pytest.raises(exceptions.BadRequest, match="Stop the instance first"):
        client.set_machine_type(**ask)
    client.stop(**place(gcp)).result(timeout=5)
    stopped = client.get(**place(gcp))
    assert (stopped.status, stopped.last_stop_timestamp > "2025") == ("TERMINATED", True)
    client.set_machine_type(**ask).result(timeout=5)
    client.start(**place(gcp)).result(timeout=5)
    now = client.get(**place(gcp))
    assert (now.status, now.machine_type.rpartition("/")[2]) == ("RUNNING", "e2-highmem-4")


def test_who_is_protected_is_not_deleted(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    protect = compute_v1.SetDeletionProtectionInstanceRequest(
        project=gcp.project.id, zone=ZONE, resource=NAME, deletion_protection=True
    )
    client.set_deletion_protection(request=protect).result(timeout=5)
    with pytest.raises(exceptions.BadRequest, match="protected against deletion"):
        client.delete(**place(gcp))
    protect.deletion_protection = False
    client.set_deletion_protection(request=protect).result(timeout=5)
    client.delete(**place(gcp)).result(timeout=5)
    assert gcp.project.instances == {}


def test_a_way_to_the_internet_is_given_once_and_taken_away(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    ask = {**place(gcp), "network_interface": "nic0"}
    nat = compute_v1.AccessConfig(name="nat")
    client.add_access_config(**ask, access_config_resource=nat).result(timeout=5)
    (access,) = client.get(**place(gcp)).network_interfaces[0].access_configs
    assert (access.name, access.nat_i_p[:6]) == ("nat", "34.89.")
    with pytest.raises(exceptions.BadRequest, match="At most one access config"):
        client.add_access_config(**ask, access_config_resource=nat)
    client.delete_access_config(**ask, access_config="nat").result(timeout=5)
    assert not client.get(**place(gcp)).network_interfaces[0].access_configs
    with pytest.raises(exceptions.BadRequest, match="does not exist"):
        client.delete_access_config(**ask, access_config="nat")


def test_what_is_not_there_cannot_be_changed(gcp: GcpServer, client: Any) -> None:  # noqa: ANN401
    with pytest.raises(exceptions.NotFound, match="instances/web' was not found"):
        client.stop(**{**place(gcp), "instance": "web"})
