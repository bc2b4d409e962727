"""Terraform that is asked to end because its worker is to stop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

import pytest

from adapters.fakes.stopping import FakeStopping
from adapters.fakes.terraform import Course
from adapters.fakes.terraform_process import FakeProcess
from application.ports.stopping import OnStop
from application.ports.terraform import Unended
from application.terraform_run import MOST_LOSSES
from domain.provisioning import ResourceId, RunStatus
from domain.terraform import Command
from tests.unit.application.building import LEASE, Building, WorkerKilled
from tests.unit.application.stopping import (
    a_request,
    applies,
    is_built_once,
    stopped_in_its_apply,
    the_next_worker,
)


@pytest.fixture
def building() -> Building:
    return Building()


def until(condition: Callable[[], object]) -> None:
    deadline = monotonic() + 30
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        Event().wait(0.01)


@contextmanager
def a_deaf_apply(
    building: Building, resource_id: ResourceId, *, meanwhile: Callable[[], object] = bool
) -> Iterator[FakeProcess]:
    """A worker interrupts an apply that goes on all the same; it works until that has ended."""
    workspace = building.workspace(resource_id)

    def begun() -> None:
        meanwhile()
        building.stopping.request()

    workspace.before[Command.APPLY] = begun
    workspace.direct(Command.APPLY, Course(pauses_after=1, deaf=True))
    worker = Thread(target=lambda: building.provision(resource_id))
    before = applies(building, resource_id)
    worker.start()
    until(lambda: applies(building, resource_id) > before)
    step, _ = workspace.started[-1]
    until(lambda: workspace.find(step).interrupts)
    yield workspace.process(step)
    while worker.is_alive():
        building.world.clock.sleep(1.0)
        worker.join(0.05)
    building.stopping = FakeStopping()


def test_terraform_is_asked_once_to_end_however_many_want_it_to(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    with a_deaf_apply(building, resource_id) as process:
        building.cancel(resource_id)
    assert process.interrupts == 1
    assert process.outcome() is Unended.LOST  # killed, for it did not end
    assert building.run(resource_id).status is RunStatus.CANCELED


def test_terraform_that_was_canceled_is_not_interrupted_again(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    with a_deaf_apply(
        building, resource_id, meanwhile=lambda: building.cancel(resource_id)
    ) as process:
        pass
    assert process.interrupts == 1
    assert building.run(resource_id).status is RunStatus.CANCELED


def test_what_is_lost_after_it_was_interrupted_does_not_count(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    for _ in range(MOST_LOSSES - 1):
        with a_deaf_apply(building, resource_id) as process:
            process.die()
        assert building.run(resource_id).status is RunStatus.PLANNING
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=1))
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


def test_terraform_out_of_reach_is_left_alone(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    unreachable = Course(pauses_after=1, out_of_reach=True)
    process = stopped_in_its_apply(building, resource_id, unreachable)
    assert process.outcome() is Unended.RUNNING
    process.go_on()
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


def test_interruptions_are_no_losses_however_many(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    for _ in range(MOST_LOSSES + 1):
        stopped_in_its_apply(building, resource_id, Course(pauses_after=0))
        assert building.run(resource_id).status is RunStatus.PLANNING
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


@pytest.mark.parametrize("folder_is_lost", [False, True])
@pytest.mark.parametrize("point", range(1, 6))
def test_a_worker_killed_after_it_interrupted_terraform_is_followed_as_well(
    building: Building, point: int, *, folder_is_lost: bool
) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    was_killed = False
    try:
        stopped_in_its_apply(
            building,
            resource_id,
            Course(pauses_after=3),
            meanwhile=lambda: setattr(building, "lives", point),
        )
    except WorkerKilled:
        was_killed = True
        building.world.clock.advance(LEASE * 2)
    building.lives, building.stopping = None, FakeStopping()
    workspace = building.workspace(resource_id)
    workspace.process(workspace.started[-1][0]).go_on()  # if it was not asked to end by then
    if folder_is_lost:
        workspace.lose_folder()
    assert was_killed or point > 3
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)
