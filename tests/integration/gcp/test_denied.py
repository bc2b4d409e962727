"""A permission that is lacking costs what it is for, and names itself."""

import pytest

from application.ports.errors import AccessDenied
from domain.inventory import EVERYWHERE, Location, ResourceKind
from entrypoints.sandbox.gcp import resources
from tests.integration.gcp.rig import (
    BUCKETS,
    HERE,
    INSTANCES,
    NETWORKS,
    Rig,
    launch,
    listed,
    records,
)

PLACES = {INSTANCES: HERE, BUCKETS: EVERYWHERE, NETWORKS: EVERYWHERE}


@pytest.mark.parametrize(
    ("denied", "permission", "role"),
    [
        (INSTANCES, "compute.instances.list", "roles/compute.viewer"),
        (NETWORKS, "compute.networks.list", "roles/compute.viewer"),
        (BUCKETS, "storage.buckets.list", "roles/storage.bucketViewer"),
    ],
)
def test_a_list_that_is_denied_says_what_to_grant_and_the_others_are_read(
    rig: Rig, denied: ResourceKind, permission: str, role: str
) -> None:
    launch(rig, HERE, "web-1")
    rig.project.put(resources.bucket("media-4711"), resources.network(rig.project.id, "core"))
    rig.project.deny(permission)
    inventory = rig.inventory()
    with pytest.raises(AccessDenied) as caught:
        list(records(inventory, denied, PLACES[denied]))
    assert caught.value.permission == permission
    assert f"{role} on the project {rig.project.id}" in caught.value.remedy
    for kind, place in PLACES.items():
        if kind is not denied:
            assert len(listed(inventory, kind, place)) == 1


def test_a_list_that_is_granted_again_is_read(rig: Rig) -> None:
    launch(rig, HERE, "web-1")
    rig.project.deny("compute.instances.list")
    inventory = rig.inventory()
    with pytest.raises(AccessDenied):
        list(records(inventory, INSTANCES, Location(HERE)))
    rig.project.allow("compute.instances.list")
    assert [each.name for each in listed(inventory, INSTANCES, HERE)] == ["web-1"]
