"""What a user asks for is built: once, as asked, and with a record of everything."""

import json
from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.job_queue import FakeJobQueue
from application.ports.errors import Conflict, NotFound, Rejected, Unavailable
from application.ports.job_queue import ProvisionResourceJob
from application.ports.terraform import ProviderEnvironment
from domain.accounts import SubAccountId
from domain.errors import InvalidValue
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import ChangeAction, Command
from tests.unit.application.building import MODULE, SUBNETS, VPC, Building, WorkerKilled, a_vpc


@pytest.fixture
def building() -> Building:
    return Building()


def test_what_was_asked_for_exists_once_and_is_active(building: Building) -> None:
    requested = building.request()
    assert requested.resource.status is ResourceStatus.PENDING
    report = building.provision(requested.resource.id)
    assert report.as_dict()["outcome"] == "applied"
    assert building.resource(requested.resource.id).status is ResourceStatus.ACTIVE
    assert building.cloud(requested.resource.id) == list(MODULE)


def test_a_worker_is_told_by_id_alone(building: Building) -> None:
    requested = building.request()
    assert building.world.jobs.jobs == [ProvisionResourceJob(resource_id=requested.resource.id)]


def test_each_move_of_the_run_is_stamped(building: Building) -> None:
    resource = building.built()
    assert [stamp.status for stamp in building.run(resource.id).history] == [
        RunStatus.QUEUED,
        RunStatus.PLANNING,
        RunStatus.PLANNED,
        RunStatus.APPLYING,
        RunStatus.APPLIED,
    ]


def test_terraform_is_initialised_planned_and_applied_in_that_order(building: Building) -> None:
    resource = building.built()
    commands = [command.command for _, command in building.workspace(resource.id).started]
    assert commands == [Command.INIT, Command.PLAN, Command.APPLY]


def test_the_module_is_told_what_was_asked_for_and_whose_it_is(building: Building) -> None:
    resource = building.built()
    configured = building.workspace(resource.id).configured
    assert configured is not None
    with building.world.unit_of_work() as work:
        installation = work.resources.installation()
    assert configured.variables["cidr_block"] == "10.0.0.0/16"
    assert configured.variables["resource_id"] == str(resource.id)
    assert configured.variables["installation"] == installation
    assert "kind" not in configured.variables


def test_the_credential_reaches_terraform_by_its_environment(building: Building) -> None:
    keys = ProviderEnvironment(
        sub_account_id=SubAccountId("111122223333"), variables={"AWS_ACCESS_KEY_ID": "canary"}
    )
    building.world.clouds.equip(building.credential.id, keys)
    configured = building.workspace(building.built().id).configured
    assert configured is not None
    assert configured.environment == keys


def test_the_plan_is_not_left_behind(building: Building) -> None:
    assert building.terraform(building.built().id).plan is None


def test_outputs_are_kept_and_what_is_sensitive_is_sealed_apart(building: Building) -> None:
    requested = building.request()
    building.terraform(requested.resource.id).outputs = {
        "vpc_id": {"value": "vpc-1"},
        "key": {"value": "canary-secret", "sensitive": True},
    }
    building.provision(requested.resource.id)
    output = building.output(requested.resource.id)
    assert output.outputs == {"vpc_id": "vpc-1"}
    assert output.error is None
    assert "canary-secret" not in repr(output)
    with building.world.unit_of_work() as work:
        sealed = work.resources.sensitive_outputs(requested.resource.id)
    assert sealed is not None
    assert json.loads(building.secret_box.open(sealed).reveal()) == {"key": "canary-secret"}


def test_every_line_is_in_the_log_and_the_last_ones_beside_the_resource(
    building: Building,
) -> None:
    resource = building.built()
    lines = [record.message for record in building.log(resource.id)]
    assert any("successfully initialized" in line for line in lines)
    assert list(building.output(resource.id).logs) == lines


def test_the_state_is_sealed_in_the_database_with_what_it_knows(building: Building) -> None:
    resource = building.built()
    with building.world.unit_of_work() as work:
        stored = work.states.latest(resource.id)
        objects = work.states.objects(resource.id)
    assert stored is not None
    assert "aws_vpc" not in str(stored)
    assert building.known(resource.id).keys() == set(MODULE)
    assert building.workspace(resource.id).state() is None
    assert {each.address for each in objects} == set(MODULE)
    assert stored.lock_file == "# which providers\n"


def test_the_same_task_again_finds_nothing_to_do(building: Building) -> None:
    resource = building.built()
    assert building.provision(resource.id).as_dict()["outcome"] == "nothing_to_do"
    assert building.destroy(resource.id).as_dict()["outcome"] == "nothing_to_do"
    assert building.cloud(resource.id) == list(MODULE)


def test_somebody_else_at_work_is_left_alone(building: Building) -> None:
    requested = building.request()
    building.lives = 3  # it dies holding the lease
    with pytest.raises(WorkerKilled):
        building.provision(requested.resource.id)
    building.lives = None
    again = building.provision(requested.resource.id, "worker-2")
    assert again.as_dict()["outcome"] == "already_running"


def test_an_error_of_the_cloud_fails_the_resource_with_the_clouds_words(
    building: Building,
) -> None:
    requested = building.request()
    building.terraform(requested.resource.id).broken[SUBNETS[0]] = "QuotaExceeded: 5 subnets"
    report = building.provision(requested.resource.id)
    run = building.run(requested.resource.id)
    assert report.resource_status is ResourceStatus.FAILED
    assert run.status is RunStatus.ERRORED
    assert run.error is not None and "QuotaExceeded: 5 subnets" in run.error
    assert building.output(requested.resource.id).error == run.error
    with building.world.unit_of_work() as work:
        assert [each.address for each in work.states.objects(requested.resource.id)] == [VPC]


def test_a_retry_builds_what_lacks_and_nothing_twice(building: Building) -> None:
    requested = building.request()
    building.terraform(requested.resource.id).broken[SUBNETS[0]] = "QuotaExceeded"
    building.provision(requested.resource.id)
    building.terraform(requested.resource.id).broken.clear()
    building.retry(requested.resource.id)
    assert building.provision(requested.resource.id).resource_status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(requested.resource.id)) == sorted(MODULE)


def test_a_plan_that_would_take_something_down_is_not_applied(building: Building) -> None:
    requested = building.request()
    building.terraform(requested.resource.id).surprises[VPC] = ChangeAction.DELETE
    building.provision(requested.resource.id)
    run = building.run(requested.resource.id)
    assert run.error is not None and "delete aws_vpc.this" in run.error
    assert building.cloud(requested.resource.id) == []


def test_a_disabled_credential_fails_the_run_and_enabling_it_helps(building: Building) -> None:
    requested = building.request()
    with building.world.unit_of_work() as work:
        work.credentials.disable(building.credential.id, at=building.world.clock.now())
        work.commit()
    building.provision(requested.resource.id)
    run = building.run(requested.resource.id)
    assert run.error is not None and "is disabled" in run.error
    with building.world.unit_of_work() as work:
        work.credentials.enable(building.credential.id)
        work.commit()
    building.retry(requested.resource.id)
    assert building.provision(requested.resource.id).resource_status is ResourceStatus.ACTIVE


def test_a_full_disk_fails_the_run_and_space_helps(building: Building) -> None:
    requested = building.request()
    workspace = building.workspace(requested.resource.id)
    workspace.fail(Unavailable("The disk is full.", remedy="Make room."))
    building.provision(requested.resource.id)
    run = building.run(requested.resource.id)
    assert run.error is not None and "The disk is full" in run.error
    workspace.heal()
    building.retry(requested.resource.id)
    assert building.provision(requested.resource.id).resource_status is ResourceStatus.ACTIVE
    assert building.cloud(requested.resource.id) == list(MODULE)


def test_a_credential_that_opens_another_account_touches_nothing(building: Building) -> None:
    resource = building.built()
    building.world.clouds.connect(building.credential.id, FakeCloud("999900009999"))
    building.request_destruction(resource.id)
    building.destroy(resource.id)
    run = building.run(resource.id)
    assert run.error is not None and "999900009999" in run.error
    assert building.cloud(resource.id) == list(MODULE)


@pytest.mark.parametrize(
    ("spec", "complaint"),
    [
        ({"kind": "aws_vpc", "name": "x"}, "region"),
        (a_vpc(cidr_block="banana"), "cidr_block"),
        (a_vpc(colour="red"), "colour"),
        ({"kind": "aws_toaster", "name": "x"}, "aws_toaster"),
    ],
)
def test_a_spec_that_is_not_valid_is_refused_before_anything_is_kept(
    building: Building, spec: dict[str, object], complaint: str
) -> None:
    with pytest.raises(InvalidValue, match=complaint):
        building.request(spec)
    assert building.world.jobs.jobs == []


def test_a_credential_for_another_cloud_is_refused(building: Building) -> None:
    spec = {"kind": "gcp_storage_bucket", "name": "shop-bucket-1", "location": "europe-west1"}
    with pytest.raises(Rejected, match="needs a credential for gcp"):
        building.request(spec)


def test_an_unknown_user_or_resource_is_told(building: Building) -> None:
    with pytest.raises(NotFound):
        building.request(email="nobody@example.org")
    with pytest.raises(NotFound):
        building.provision(ResourceId(4711))


def test_the_same_thing_asked_for_twice_is_refused_the_second_time(building: Building) -> None:
    building.request()
    with pytest.raises(Conflict, match="already has resource"):
        building.request()


def test_a_request_is_remembered_although_no_worker_could_be_told(building: Building) -> None:
    building.world.jobs = FakeJobQueue(failing=Unavailable("No broker."))
    requested = building.request()
    assert not requested.handed_over
    building.world.jobs = FakeJobQueue()
    building.world.clock.advance(timedelta(minutes=2))
    assert building.recover() == 1
    assert building.world.jobs.jobs == [ProvisionResourceJob(resource_id=requested.resource.id)]
