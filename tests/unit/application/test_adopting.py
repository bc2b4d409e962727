"""After a lost apply, what exists is looked for; only what is ours is taken over."""

import pytest

from adapters.fakes.terraform import Course
from application.ports.errors import AccessDenied
from application.ports.owned_objects import Ownership
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG
from domain.provisioning import Leak, ResourceId, ResourceStatus, RunStatus
from domain.terraform import Address, ChangeAction, Command
from tests.unit.application.building import MODULE, SUBNETS, VPC, Building


@pytest.fixture
def building() -> Building:
    return Building()


def ownership(building: Building, resource_id: ResourceId) -> Ownership:
    with building.world.unit_of_work() as work:
        return Ownership(installation=work.resources.installation(), resource_id=resource_id)


def lost_once(building: Building, *, after: int = 1) -> ResourceId:
    """Something asked for whose first apply will die after so many lines."""
    resource_id = building.request().resource.id
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=after))
    return resource_id


def an_object(building: Building, resource_id: ResourceId, address: Address, cloud_id: str) -> None:
    """Let the cloud have an object of ours that the search by tags finds."""
    owner = ownership(building, resource_id)
    building.owned.put(cloud_id, address, owner, region="eu-west-1")
    terraform = building.terraform(resource_id)
    terraform.cloud.append((address, cloud_id))
    terraform.tags[cloud_id] = {
        RESOURCE_TAG: str(resource_id),
        INSTALLATION_TAG: owner.installation,
    }


def test_what_the_cloud_named_itself_is_found_by_its_tags(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    an_object(building, resource_id, VPC, "vpc-1")
    report = building.provision(resource_id)
    assert report.resource_status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)
    assert building.known(resource_id)[VPC] == "vpc-1"


def test_somebody_elses_object_of_the_same_name_is_left_alone(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    terraform = building.terraform(resource_id)
    terraform.certain_ids[VPC] = "shared-name"
    terraform.cloud.append((Address("somebody.elses"), "shared-name"))
    terraform.tags["shared-name"] = {"owner": "somebody else"}
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert run.error is not None and "already exists" in run.error
    assert VPC not in building.known(resource_id)


def test_an_object_of_another_installation_is_not_ours(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    terraform = building.terraform(resource_id)
    terraform.certain_ids[VPC] = "shared-name"
    terraform.cloud.append((VPC, "shared-name"))
    terraform.tags["shared-name"] = {RESOURCE_TAG: str(resource_id), INSTALLATION_TAG: "another"}
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.ERRORED
    assert VPC not in building.known(resource_id)


def test_two_objects_for_one_address_are_for_a_person_to_decide(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    an_object(building, resource_id, VPC, "vpc-1")
    an_object(building, resource_id, VPC, "vpc-2")
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert Leak(address=VPC, cloud_id="vpc-2") in run.leaks
    assert run.error is not None and "vpc-2" in run.error
    assert len(building.cloud(resource_id)) == 2


def test_an_object_that_cannot_be_placed_is_for_a_person_to_decide(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    an_object(building, resource_id, Address("unknown"), "vpc-9")
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert Leak(address="unknown", cloud_id="vpc-9") in run.leaks


def test_a_search_that_is_refused_makes_nothing(building: Building) -> None:
    resource_id = lost_once(building, after=1)
    building.owned.fail(AccessDenied("ec2:DescribeVpcs is not allowed."))
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.error is not None and "ec2:DescribeVpcs" in run.error
    assert [leak.address for leak in run.leaks] == list(MODULE)
    assert building.cloud(resource_id) == [VPC]


def test_what_is_taken_down_after_a_lost_apply_is_taken_down_whole(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    building.owned.fail(AccessDenied("not now"))
    building.provision(resource_id)
    building.owned.heal()
    building.terraform(resource_id).cloud.clear()
    for number, address in enumerate(MODULE):
        an_object(building, resource_id, address, f"id-{number}")
    building.request_destruction(resource_id)
    report = building.destroy(resource_id)
    assert report.resource_status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


def test_taking_down_after_a_lost_apply_makes_nothing(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    building.owned.fail(AccessDenied("not now"))
    building.provision(resource_id)
    building.owned.heal()
    building.terraform(resource_id).cloud.clear()
    an_object(building, resource_id, VPC, "vpc-1")
    building.terraform(resource_id).surprises[SUBNETS[0]] = ChangeAction.CREATE
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    run = building.run(resource_id)
    assert run.error is not None and "create aws_subnet.this" in run.error
    assert building.cloud(resource_id) == [VPC]
