"""Resources are shown beside what the last sync saw of them, without asking any cloud."""

from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from application.ports.inventory import InventoryFilter
from application.ports.provisioning import ResourceFilter
from application.use_cases.list_resources import ListResources, Presence, ResourceOverview
from domain.inventory import ExternalId, FieldChange, Management
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG
from domain.provisioning import Resource, ResourceStatus
from tests.builders import IRELAND, a_resource
from tests.builders import VPC as VPC_KIND
from tests.unit.application.building import VPC, Building, a_vpc


@pytest.fixture
def building() -> Building:
    return Building()


@pytest.fixture
def cloud(building: Building) -> FakeCloud:
    return building.world.clouds.connect(building.credential.id, FakeCloud())


def built(building: Building, cloud: FakeCloud, **tags: str) -> Resource:
    """A VPC that was built, and that the cloud lists with these tags."""
    requested = building.request(a_vpc(tags={"env": "prod"}))
    building.provision(requested.resource.id)
    cloud_id = building.known(requested.resource.id)[VPC]
    seen = a_resource(
        cloud_id,
        tags={"Name": "shop", "env": "prod"} | tags,
        attributes={"cidr_block": "10.0.0.0/16"},
    )
    cloud.put(VPC_KIND, IRELAND, seen)
    return building.resource(requested.resource.id)


def listed(building: Building, chosen: ResourceFilter | None = None) -> list[ResourceOverview]:
    resources = ListResources(unit_of_work=building.world.unit_of_work, page_size=2)
    return list(resources(chosen or ResourceFilter()))


def test_before_the_first_sync_nobody_has_seen_it(building: Building, cloud: FakeCloud) -> None:
    built(building, cloud)
    (overview,) = listed(building)
    assert overview.presence is Presence.NOT_SEEN
    assert overview.last_run is not None


def test_after_a_sync_it_is_present_and_as_it_was_asked_for(
    building: Building, cloud: FakeCloud
) -> None:
    built(building, cloud)
    building.world.sync(building.credential)
    (overview,) = listed(building)
    assert overview.presence is Presence.PRESENT
    assert overview.drift == ()


def test_what_the_sync_sees_otherwise_is_a_hint_of_drift(
    building: Building, cloud: FakeCloud
) -> None:
    built(building, cloud, env="dev", unasked="for")
    building.world.sync(building.credential)
    (overview,) = listed(building)
    assert overview.drift == (FieldChange(field="tags.env", before="prod", after="dev"),)


def test_what_two_syncs_do_not_see_is_missing(building: Building, cloud: FakeCloud) -> None:
    built(building, cloud)
    building.world.sync(building.credential)
    cloud_id = next(iter(building.world.items(building.credential)))
    cloud.remove(VPC_KIND, IRELAND, cloud_id)
    building.world.sync(building.credential)
    (overview,) = listed(building)
    assert overview.presence is Presence.MISSING


def test_what_is_destroyed_is_shown_only_to_who_asks_for_it(
    building: Building, cloud: FakeCloud
) -> None:
    resource = built(building, cloud)
    building.request_destruction(resource.id)
    building.destroy(resource.id)
    assert listed(building) == []
    everything = ResourceFilter(statuses=frozenset(ResourceStatus))
    (overview,) = listed(building, everything)
    assert overview.presence is Presence.NOT_BUILT


def test_what_could_not_be_destroyed_is_there_though_no_sync_has_looked(
    building: Building, cloud: FakeCloud
) -> None:
    resource_id = built(building, cloud).id
    building.terraform(resource_id).broken[VPC] = "DependencyViolation: something is in it"
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    (overview,) = listed(building)
    assert overview.resource.status is ResourceStatus.FAILED
    assert overview.presence is Presence.NOT_SEEN


def built_again(building: Building, cloud: FakeCloud) -> None:
    """Something of the name of what was built, seen, destroyed and missed before."""
    first = building.request(a_vpc(tags={"env": "dev"})).resource
    building.terraform(first.id).certain_ids = {VPC: "shop"}
    building.provision(first.id)
    cloud.put(VPC_KIND, IRELAND, a_resource("shop", tags={"env": "dev"}))
    building.world.sync(building.credential)
    building.request_destruction(first.id)
    building.destroy(first.id)
    cloud.remove(VPC_KIND, IRELAND, ExternalId("shop"))
    building.world.sync(building.credential)
    building.world.clock.advance(timedelta(minutes=1))
    again = building.request(a_vpc(tags={"env": "prod"})).resource
    building.terraform(again.id).certain_ids = {VPC: "shop"}
    building.provision(again.id)


def test_what_was_missed_before_it_was_built_again_is_not_missing(
    building: Building, cloud: FakeCloud
) -> None:
    built_again(building, cloud)
    (overview,) = listed(building)
    assert (overview.presence, overview.drift) == (Presence.NOT_SEEN, ())
    cloud.put(VPC_KIND, IRELAND, a_resource("shop", tags={"Name": "shop", "env": "prod"}))
    building.world.sync(building.credential)
    (overview,) = listed(building)
    assert (overview.presence, overview.drift) == (Presence.PRESENT, ())


def test_what_was_built_again_and_is_missed_after_that_is_missing(
    building: Building, cloud: FakeCloud
) -> None:
    built_again(building, cloud)
    building.world.sync(building.credential)
    (overview,) = listed(building)
    assert overview.presence is Presence.MISSING


def test_every_page_is_read(building: Building) -> None:
    for number in range(5):
        building.request(a_vpc(name=f"shop-{number}"))
    assert [overview.resource.name for overview in listed(building)] == [
        f"shop-{number}" for number in range(5)
    ]


def test_each_item_of_the_inventory_says_who_answers_for_it(
    building: Building, cloud: FakeCloud
) -> None:
    resource = built(building, cloud)
    with building.world.unit_of_work() as work:
        installation = work.resources.installation()
    lost = {RESOURCE_TAG: "99", INSTALLATION_TAG: installation}
    elsewhere = {RESOURCE_TAG: "99", INSTALLATION_TAG: "another"}
    cloud.put(VPC_KIND, IRELAND, a_resource("vpc-lost", tags=lost))
    cloud.put(VPC_KIND, IRELAND, a_resource("vpc-elsewhere", tags=elsewhere))
    cloud.put(VPC_KIND, IRELAND, a_resource("vpc-plain"))
    building.world.sync(building.credential)
    found = {
        item.resource.external_id: (item.management, item.resource_id)
        for item in building.world.items_of(building.credential)
    }
    cloud_id = building.known(resource.id)[VPC]
    assert found == {
        cloud_id: (Management.MANAGED, resource.id),
        "vpc-lost": (Management.ORPHANED, None),
        "vpc-elsewhere": (Management.UNMANAGED, None),
        "vpc-plain": (Management.UNMANAGED, None),
    }
    with building.world.unit_of_work() as work:
        chosen = InventoryFilter(management=Management.ORPHANED)
        orphans = work.inventory.page(chosen, after=None, limit=10)
    assert [item.resource.external_id for item in orphans] == ["vpc-lost"]


def test_what_was_seen_before_it_was_finished_says_nothing(
    building: Building, cloud: FakeCloud
) -> None:
    requested = building.request(a_vpc(tags={"env": "prod"}))
    building.terraform(requested.resource.id).certain_ids = {VPC: "vpc-1"}
    cloud.put(VPC_KIND, IRELAND, a_resource("vpc-1", tags={}))
    building.world.sync(building.credential)
    building.world.clock.advance(timedelta(minutes=1))
    building.provision(requested.resource.id)
    (overview,) = listed(building)
    assert overview.presence is Presence.PRESENT
    assert overview.drift == ()
