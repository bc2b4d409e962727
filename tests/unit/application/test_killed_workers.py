"""A worker may be killed at any point, and Terraform with it: nothing is lost or made twice."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from adapters.fakes.terraform import Course
from application.terraform_run import MOST_LOSSES
from application.terraform_work import MOST_DEATHS
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import Command
from tests.unit.application.building import LEASE, MODULE, Building, WorkerKilled

_POINTS = range(30)
"""More than a run opens the store; the tests see to it that the last ones are past its end."""


@pytest.fixture
def building() -> Building:
    return Building()


def killed(building: Building, work: Callable[[], object], *, after: int) -> bool:
    """Let a worker work and kill it when it has opened the store so often; tell whether it was."""
    building.lives = after
    try:
        work()
    except WorkerKilled:
        return True
    finally:
        building.lives = None
    return False


def killed_when_its_apply_is_over(building: Building, resource_id: ResourceId) -> None:
    """Kill the first worker before it can write down how its apply ended."""
    building.workspace(resource_id).before[Command.APPLY] = lambda: setattr(building, "lives", 0)
    with pytest.raises(WorkerKilled):
        building.provision(resource_id)
    building.lives = None
    assert building.run(resource_id).status is RunStatus.APPLYING


def the_next_worker(building: Building, work: Callable[[], object]) -> None:
    """Let the lease run out, have the run found, and go on with it."""
    building.world.clock.advance(LEASE + timedelta(minutes=1))
    if building.recover():
        work()


def no_line_is_there_twice(building: Building, resource_id: ResourceId) -> bool:
    with building.world.unit_of_work() as work:
        run = work.runs.latest([resource_id])[resource_id]
        lines = [(step.number, line.offset) for step, line in work.run_log.read(run.id, limit=999)]
    return len(lines) == len(set(lines))


@pytest.mark.parametrize("point", _POINTS)
def test_a_worker_killed_while_it_builds_is_followed_by_one_that_finishes(
    building: Building, point: int
) -> None:
    resource_id = building.request().resource.id
    was_killed = killed(building, lambda: building.provision(resource_id), after=point)
    the_next_worker(building, lambda: building.provision(resource_id, "worker-2"))
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert building.cloud(resource_id) == list(MODULE)
    assert no_line_is_there_twice(building, resource_id)
    assert was_killed or point > 6


def test_there_is_a_point_past_the_end(building: Building) -> None:
    resource_id = building.request().resource.id
    assert not killed(building, lambda: building.provision(resource_id), after=_POINTS[-1])


@pytest.mark.parametrize("point", _POINTS)
def test_a_worker_killed_while_it_destroys_is_followed_by_one_that_finishes(
    building: Building, point: int
) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    killed(building, lambda: building.destroy(resource_id), after=point)
    the_next_worker(building, lambda: building.destroy(resource_id, "worker-2"))
    assert building.resource(resource_id).status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


@pytest.mark.parametrize("point", _POINTS)
def test_a_worker_killed_while_it_finds_what_a_lost_apply_made_is_followed_too(
    building: Building, point: int
) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {address: f"id of {address}" for address in MODULE}
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=3))
    killed(building, lambda: building.provision(resource_id), after=point)
    for worker in ("worker-2", "worker-3"):
        the_next_worker(building, partial(building.provision, resource_id, worker))
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


@pytest.mark.parametrize("lines", range(9))
def test_a_terraform_that_dies_anywhere_leaves_nothing_twice(
    building: Building, lines: int
) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {address: f"id of {address}" for address in MODULE}
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=lines))
    report = building.provision(resource_id)
    assert report.resource_status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)
    assert building.known(resource_id) == terraform.certain_ids


@pytest.mark.parametrize("lines", range(9))
def test_a_folder_that_is_lost_with_its_terraform_leaves_nothing_twice(
    building: Building, lines: int
) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {address: f"id of {address}" for address in MODULE}
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=lines))
    killed_when_its_apply_is_over(building, resource_id)
    building.workspace(resource_id).lose_folder()
    the_next_worker(building, lambda: building.provision(resource_id, "worker-2"))
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


def test_a_running_terraform_is_followed_to_its_end_by_the_next_worker(
    building: Building,
) -> None:
    resource_id = building.request().resource.id
    workspace = building.workspace(resource_id)
    workspace.direct(Command.APPLY, Course(pauses_after=3))
    point = 0
    while not any(command.command is Command.APPLY for _, command in workspace.started):
        point += 1
        killed(building, lambda: building.provision(resource_id), after=point)
        building.world.clock.advance(LEASE * 2)
    step, _ = workspace.started[-1]
    workspace.process(step).go_on()
    the_next_worker(building, lambda: building.provision(resource_id, "worker-2"))
    applies = [command for _, command in workspace.started if command.command is Command.APPLY]
    assert len(applies) == 1
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert building.cloud(resource_id) == list(MODULE)


def test_an_empty_state_file_after_a_lost_apply_is_replaced_by_the_databases(
    building: Building,
) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=4))
    terraform.certain_ids = {address: f"id of {address}" for address in MODULE}
    killed_when_its_apply_is_over(building, resource_id)
    terraform.state = ""
    the_next_worker(building, lambda: building.provision(resource_id, "worker-2"))
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


@pytest.mark.parametrize("point", _POINTS)
def test_a_state_that_is_lost_with_the_worker_leaves_nothing_twice(
    building: Building, point: int
) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    killed(building, lambda: building.provision(resource_id), after=point)
    terraform.state = ""
    the_next_worker(building, lambda: building.provision(resource_id, "worker-2"))
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


def test_a_run_that_loses_its_apply_again_and_again_is_given_up(building: Building) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {address: f"id of {address}" for address in MODULE}
    course = Course(dies_after=0, every_time=True)
    building.workspace(resource_id).direct(Command.APPLY, course)
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert run.error is not None and f"lost {MOST_LOSSES} times" in run.error
    assert [leak.address for leak in run.leaks] == list(MODULE)


def test_a_run_that_kills_every_worker_before_it_gets_anywhere_is_given_up(
    building: Building,
) -> None:
    building.most_deaths = MOST_DEATHS
    resource_id = building.request().resource.id
    for _ in range(MOST_DEATHS):
        assert killed(building, lambda: building.provision(resource_id), after=1)
        building.world.clock.advance(LEASE * 2)
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert "died 3 times in a row" in (run.error or "")
    assert building.recover() == 0
    building.retry(resource_id)
    building.provision(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE


def test_a_run_is_not_given_up_while_terraform_is_at_work_in_it(building: Building) -> None:
    resource_id = building.request().resource.id
    workspace = building.workspace(resource_id)
    workspace.direct(Command.APPLY, Course(pauses_after=3))
    point = 0
    while not any(command.command is Command.APPLY for _, command in workspace.started):
        point += 1
        killed(building, lambda: building.provision(resource_id), after=point)
        building.world.clock.advance(LEASE * 2)
    building.most_deaths = 1
    assert killed(building, lambda: building.provision(resource_id), after=3)
    assert building.run(resource_id).status is RunStatus.APPLYING
