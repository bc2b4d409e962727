"""A resource is built in one account, subscription or project, and looked for nowhere else."""

from contextlib import suppress
from datetime import timedelta

import pytest

from adapters.fakes.terraform import Course
from application.ports.terraform import ProviderEnvironment
from application.use_cases.confirm_drift import ConfirmDrift, ConfirmDriftRequest
from domain.accounts import SubAccountId
from domain.errors import BuiltElsewhere
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.retention import Ledger
from domain.terraform import ChangeAction, Command
from tests.unit.application.building import LEASE, MODULE, VPC, Building, WorkerKilled

HERE, THERE = SubAccountId("here-1111"), SubAccountId("there-2222")
REFUSAL = (
    "Credential 'key 2' now opens the AWS account there-2222, and this resource is built in "
    "here-1111: nothing was done; give the credential a secret for here-1111 again, then try again."
)


@pytest.fixture
def building() -> Building:
    building = Building()
    lead(building, HERE)
    return building


def lead(building: Building, place: SubAccountId) -> None:
    """Let the credential's secret lead to *place* from now on, in the account it always opened."""
    environment = ProviderEnvironment(sub_account_id=place, variables={})
    building.world.clouds.equip(building.credential.id, environment)


def started(building: Building, resource_id: ResourceId) -> list[Command]:
    return [command.command for _, command in building.workspace(resource_id).started]


def refused(building: Building, resource_id: ResourceId) -> None:
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    assert building.run(resource_id).status is RunStatus.ERRORED
    assert str(building.run(resource_id).error).startswith(REFUSAL)
    assert building.resource(resource_id).sub_account_id == HERE


def test_a_resource_remembers_where_it_was_built(building: Building) -> None:
    requested = building.request()
    assert requested.resource.sub_account_id is None
    building.provision(requested.resource.id)
    assert building.resource(requested.resource.id).sub_account_id == HERE


@pytest.mark.parametrize("lives", range(10))
def test_terraform_is_started_only_where_it_is_known_to_be(building: Building, lives: int) -> None:
    resource_id = building.request().resource.id
    building.lives = lives
    with suppress(WorkerKilled):
        building.provision(resource_id)
    place = building.resource(resource_id).sub_account_id
    assert place == (HERE if started(building, resource_id) else None)


def test_what_is_built_is_not_taken_down_elsewhere_and_not_forgotten(building: Building) -> None:
    resource_id = building.built().id
    before = started(building, resource_id)
    lead(building, THERE)
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    refused(building, resource_id)
    assert building.run(resource_id).error == REFUSAL
    assert started(building, resource_id) == before
    assert building.cloud(resource_id) == list(MODULE)
    with building.world.unit_of_work() as work:
        assert len(work.states.objects(resource_id)) == len(MODULE)


def test_with_the_right_secret_again_it_is_taken_down(building: Building) -> None:
    resource_id = building.built().id
    for place in (THERE, HERE):
        lead(building, place)
        building.request_destruction(resource_id)
        building.destroy(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


def test_what_was_begun_in_one_place_is_not_begun_again_in_another(building: Building) -> None:
    resource_id = building.request().resource.id
    building.terraform(resource_id).broken[MODULE[-1]] = "QuotaExceeded"
    building.provision(resource_id)
    begun = building.cloud(resource_id)
    building.terraform(resource_id).broken.clear()
    lead(building, THERE)
    building.retry(resource_id)
    building.provision(resource_id)
    refused(building, resource_id)
    assert begun == building.cloud(resource_id) == list(MODULE[:-1])
    lead(building, HERE)
    building.retry(resource_id)
    building.provision(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert building.cloud(resource_id) == list(MODULE)


def killed_in_its_apply(building: Building, resource_id: ResourceId) -> None:
    """Let one worker after the other come a bit further, until one dies while it applies."""
    for lives in range(30):
        building.lives = lives
        with suppress(WorkerKilled):
            building.provision(resource_id)
        building.world.clock.advance(2 * LEASE)
        if Command.APPLY in started(building, resource_id):
            break
    building.lives = None


def test_a_lost_apply_is_not_looked_for_elsewhere(building: Building) -> None:
    resource_id = building.request().resource.id
    building.terraform(resource_id).certain_ids = {each: f"id of {each}" for each in MODULE}
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=3))
    killed_in_its_apply(building, resource_id)
    lead(building, THERE)
    before = started(building, resource_id)
    building.provision(resource_id, "worker-2")
    refused(building, resource_id)
    assert started(building, resource_id) == before
    assert MODULE[1] in [leak.address for leak in building.run(resource_id).leaks]
    lead(building, HERE)
    building.retry(resource_id)
    building.provision(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


def test_a_wrong_secret_can_be_mended_as_long_as_nothing_was_applied(building: Building) -> None:
    resource_id = building.request().resource.id
    lead(building, THERE)
    terraform = building.terraform(resource_id)
    terraform.surprises = {VPC: ChangeAction.REPLACE}  # so that there is a plan, and no more
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.ERRORED
    assert building.resource(resource_id).sub_account_id == THERE
    terraform.surprises = {}
    lead(building, HERE)
    building.retry(resource_id)
    building.provision(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert building.resource(resource_id).sub_account_id == HERE


def test_the_place_holds_after_what_terraform_said_is_forgotten(building: Building) -> None:
    resource_id = building.built().id
    with building.world.unit_of_work() as work:
        tomorrow = building.world.clock.now() + timedelta(days=1)
        assert work.archive.forget(Ledger.TERRAFORM_LOGS, before=tomorrow, limit=10_000)
        work.commit()
    lead(building, THERE)
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    refused(building, resource_id)


def test_drift_is_not_looked_for_elsewhere(building: Building) -> None:
    resource_id = building.built().id
    lead(building, THERE)
    confirm = ConfirmDrift(
        unit_of_work=building.world.unit_of_work,
        workspaces=building.workspaces,
        clouds=building.world.clouds,
        secret_box=building.secret_box,
        clock=building.world.clock,
    )
    with pytest.raises(BuiltElsewhere, match=r"there-2222.*built in here-1111"):
        confirm(ConfirmDriftRequest(resource_id=resource_id))
    assert building.workspaces.aside == {}
    assert building.resource(resource_id).sub_account_id == HERE
