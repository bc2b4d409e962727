"""What is not wanted any more is taken down, and nothing else is touched."""

from threading import Thread

import pytest

from adapters.fakes.terraform import Course
from adapters.fakes.terraform_process import FakeProcess
from application.ports.errors import Conflict, NotFound
from application.ports.job_queue import DestroyResourceJob
from application.ports.terraform import Unended
from application.use_cases.confirm_drift import ConfirmDrift, ConfirmDriftRequest
from application.use_cases.read_run_log import ReadRunLog, ReadRunLogRequest
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import Command
from tests.unit.application.building import MODULE, SUBNETS, VPC, Building


@pytest.fixture
def building() -> Building:
    return Building()


def test_nothing_is_left_of_it(building: Building) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    report = building.destroy(resource_id)
    assert report.as_dict()["outcome"] == "applied"
    assert building.resource(resource_id).status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []
    assert building.workspace(resource_id).configured is None
    with building.world.unit_of_work() as work:
        assert not work.states.objects(resource_id)


def test_a_worker_is_told_to_destroy(building: Building) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    assert building.world.jobs.jobs[-1] == DestroyResourceJob(resource_id=resource_id)


def test_what_was_never_begun_is_destroyed_without_terraform(building: Building) -> None:
    requested = building.request()
    building.cancel(requested.resource.id)
    building.provision(requested.resource.id)
    assert building.resource(requested.resource.id).status is ResourceStatus.PENDING
    building.request_destruction(requested.resource.id)
    building.destroy(requested.resource.id)
    assert building.resource(requested.resource.id).status is ResourceStatus.DESTROYED
    assert building.workspace(requested.resource.id).started == []


def test_the_name_is_free_again_afterwards(building: Building) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    assert building.request().resource.id != resource_id


def test_what_waits_to_be_built_is_not_taken_down_at_the_same_time(building: Building) -> None:
    requested = building.request()
    with pytest.raises(Conflict, match="run"):
        building.request_destruction(requested.resource.id)


def test_what_is_destroyed_is_not_destroyed_again(building: Building) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    with pytest.raises(Conflict):
        building.request_destruction(resource_id)
    building.destroy(resource_id)
    with pytest.raises(Conflict, match="destroyed already"):
        building.request_destruction(resource_id)
    with pytest.raises(NotFound):
        building.request_destruction(ResourceId(999))


def test_a_refusal_of_the_cloud_keeps_what_is_left_known_and_a_retry_helps(
    building: Building,
) -> None:
    resource_id = building.built().id
    building.terraform(resource_id).broken[SUBNETS[0]] = "DependencyViolation"
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    assert "DependencyViolation" in str(building.run(resource_id).error)
    building.terraform(resource_id).broken.clear()
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


def canceled_in_its_apply(building: Building, course: Course) -> tuple[ResourceId, FakeProcess]:
    """Something that is canceled while its apply takes *course*, and the process of that."""
    resource_id = building.request().resource.id
    workspace = building.workspace(resource_id)
    workspace.direct(Command.APPLY, course)
    worker = Thread(target=lambda: building.provision(resource_id))
    worker.start()
    while not any(command.command is Command.APPLY for _, command in workspace.started):
        pass
    building.cancel(resource_id)
    while worker.is_alive():
        building.world.clock.sleep(1.0)
        worker.join(0.05)
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    assert building.run(resource_id).status is RunStatus.CANCELED
    return resource_id, workspace.process(workspace.started[-1][0])


def test_a_canceled_run_ends_in_order_and_knows_what_it_made(building: Building) -> None:
    resource_id, process = canceled_in_its_apply(building, Course(pauses_after=1))
    assert process.interrupts == 1
    assert building.known(resource_id).keys() == {VPC}
    assert building.cloud(resource_id) == [VPC]
    assert building.run(resource_id).leaks == ()


def test_a_canceled_run_that_does_not_end_is_killed_and_tells_what_it_may_have_made(
    building: Building,
) -> None:
    resource_id, process = canceled_in_its_apply(building, Course(pauses_after=1, deaf=True))
    assert process.interrupts == 1
    assert process.outcome() is Unended.LOST
    run = building.run(resource_id)
    assert [leak.address for leak in run.leaks] == list(MODULE)
    assert run.error is not None and "aws_vpc.this (id unknown)" in run.error


def test_nothing_that_is_not_running_can_be_canceled(building: Building) -> None:
    resource_id = building.built().id
    with pytest.raises(Conflict, match="nothing is being done"):
        building.cancel(resource_id)


def test_the_log_is_read_page_by_page_to_its_end(building: Building) -> None:
    resource_id = building.built().id
    read = ReadRunLog(unit_of_work=building.world.unit_of_work)
    first = read(ReadRunLogRequest(resource_id=resource_id, limit=3))
    rest = read(ReadRunLogRequest(resource_id=resource_id, after=first.last))
    end = read(ReadRunLogRequest(resource_id=resource_id, after=rest.last))
    lines = [line for _, line in (*first.lines, *rest.lines)]
    assert lines == building.log(resource_id)
    assert not end.lines and not end.run.status.active


def test_terraform_says_what_drifted_in_a_folder_of_its_own(building: Building) -> None:
    resource_id = building.built().id
    confirm = ConfirmDrift(
        unit_of_work=building.world.unit_of_work,
        workspaces=building.workspaces,
        clouds=building.world.clouds,
        secret_box=building.secret_box,
        clock=building.world.clock,
    )
    report = confirm(ConfirmDriftRequest(resource_id=resource_id))
    assert report.objects == ()
    assert len(building.workspaces.aside) == 1
    assert building.workspaces.aside[1].configured is None
    assert building.cloud(resource_id) == list(MODULE)
