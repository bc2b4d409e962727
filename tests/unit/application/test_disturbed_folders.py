"""Somebody else may write where Terraform works: no plan is believed that was made from that."""

from collections.abc import Callable

import pytest

from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import Address, Command
from tests.unit.application.building import MODULE, VPC, Building
from tests.unit.application.test_adopting import an_object, lost_once

STRANGER = "vpc-of-somebody-else"


@pytest.fixture
def building() -> Building:
    return Building()


def lose_state(building: Building, resource_id: ResourceId) -> Callable[[], None]:
    def lose() -> None:
        building.terraform(resource_id).state = ""

    return lose


@pytest.mark.parametrize("command", [Command.INIT, Command.PLAN])
def test_a_destroy_does_not_believe_a_folder_that_was_emptied_meanwhile(
    building: Building, command: Command
) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    building.workspace(resource_id).before[command] = lose_state(building, resource_id)
    building.destroy(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert run.error is not None and "was removed or replaced while Terraform planned" in run.error
    assert building.known(resource_id).keys() == set(MODULE)
    building.request_destruction(resource_id)
    assert building.destroy(resource_id).resource_status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


def test_nothing_is_made_again_when_a_failed_destroy_is_retried_in_an_emptied_folder(
    building: Building,
) -> None:
    resource_id = building.built().id
    terraform = building.terraform(resource_id)
    terraform.broken[MODULE[-1]] = "DependencyViolation"
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    terraform.broken.clear()
    building.retry(resource_id)
    building.workspace(resource_id).before[Command.PLAN] = lose_state(building, resource_id)
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.ERRORED
    building.retry(resource_id)
    building.provision(resource_id)
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


def test_what_was_found_and_is_not_taken_over_is_not_made_again(building: Building) -> None:
    resource_id = lost_once(building, after=0)
    an_object(building, resource_id, VPC, "vpc-1")
    workspace, terraform = building.workspace(resource_id), building.terraform(resource_id)

    def forget_what_was_found() -> None:
        terraform.adopting = {}

    def then_in_the_next_plan() -> None:
        workspace.before[Command.PLAN] = forget_what_was_found

    def then_in_the_plan_after_the_look() -> None:
        workspace.before[Command.PLAN] = then_in_the_next_plan

    workspace.before[Command.APPLY] = then_in_the_plan_after_the_look
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.error is not None and "does not take over what was found (aws_vpc.this)" in run.error
    assert building.cloud(resource_id) == [VPC]


def test_what_nobody_proved_to_be_ours_is_not_taken_over(building: Building) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    terraform.cloud.append((Address("somebody.elses"), STRANGER))

    def lay_down_something_foreign() -> None:
        terraform.adopting = {VPC: STRANGER}

    building.workspace(resource_id).before[Command.PLAN] = lay_down_something_foreign
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.error is not None and "import aws_vpc.this" in run.error
    assert building.known(resource_id) == {}
