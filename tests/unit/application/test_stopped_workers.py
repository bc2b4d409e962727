"""A worker may be told to stop at any moment: the next one goes on, and no run suffers by it."""

import pytest

from adapters.fakes.stopping import FakeStopping
from adapters.fakes.terraform import Course
from application.ports.stopping import OnStop
from application.ports.terraform import Unended
from domain.provisioning import ResourceStatus, RunStatus
from domain.terraform import Command
from tests.unit.application.building import VPC, Building
from tests.unit.application.stopping import (
    a_request,
    applies,
    is_built_once,
    stopped,
    stopped_in_its_apply,
    the_next_worker,
    waiting,
)

_STEPS = 3
"""How often a worker asks whether it is to stop in a run where Terraform is quick."""
_POINTS = range(5)

both = pytest.mark.parametrize("on_stop", OnStop)


@pytest.fixture
def building() -> Building:
    return Building()


@both
@pytest.mark.parametrize("point", _POINTS)
def test_a_worker_that_is_stopped_while_it_builds_is_followed_by_one_that_finishes(
    building: Building, on_stop: OnStop, point: int
) -> None:
    resource_id = a_request(building, on_stop=on_stop)
    building.workspace(resource_id).direct(Command.APPLY, Course())
    stopped(building, lambda: building.provision(resource_id), after=point)
    if point < _STEPS:
        assert building.run(resource_id).status.active
        assert building.cloud(resource_id) == []
        the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


@both
@pytest.mark.parametrize("point", _POINTS)
def test_a_worker_that_is_stopped_while_it_destroys_is_followed_by_one_that_finishes(
    building: Building, on_stop: OnStop, point: int
) -> None:
    building.on_stop = on_stop
    resource_id = building.built().id
    building.request_destruction(resource_id)
    waiting(building)
    stopped(building, lambda: building.destroy(resource_id), after=point)
    assert building.recover() == (1 if point < _STEPS else 0)
    building.destroy(resource_id, "worker-2")
    assert building.resource(resource_id).status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


def test_terraform_that_is_left_goes_on_and_is_followed_by_the_next_worker(
    building: Building,
) -> None:
    resource_id = a_request(building, on_stop=OnStop.LEAVE)
    process = stopped_in_its_apply(building, resource_id, Course(pauses_after=1))
    assert process.outcome() is Unended.RUNNING
    assert not process.interrupted()
    assert building.run(resource_id).status is RunStatus.APPLYING
    process.go_on()
    the_next_worker(building, resource_id)
    assert applies(building, resource_id) == 1
    assert is_built_once(building, resource_id)


@pytest.mark.parametrize("lines", range(7))
def test_an_interrupted_apply_is_recorded_and_the_next_worker_makes_what_is_lacking(
    building: Building, lines: int
) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    process = stopped_in_its_apply(building, resource_id, Course(pauses_after=lines))
    assert process.outcome() is not Unended.RUNNING
    assert process.interrupts == 1
    assert building.workspace(resource_id).untidy
    assert building.run(resource_id).status is RunStatus.PLANNING
    assert list(building.known(resource_id)) == building.cloud(resource_id)
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


def test_what_an_interrupted_apply_left_is_known_even_when_its_folder_is_lost(
    building: Building,
) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    stopped_in_its_apply(building, resource_id, Course(pauses_after=3))
    building.workspace(resource_id).lose_folder()
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


def test_the_report_of_a_run_that_was_left_says_so(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.LEAVE)
    building.stopping.request()
    assert building.provision(resource_id).as_dict()["outcome"] == "left_unfinished"


def test_an_interrupted_plan_is_simply_made_again(building: Building) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    building.workspace(resource_id).direct(Command.PLAN, Course(pauses_after=1))
    stopped(building, lambda: building.provision(resource_id), after=2)
    assert building.run(resource_id).error is None
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


def test_a_plan_that_is_interrupted_while_it_looks_says_nothing_of_what_exists(
    building: Building,
) -> None:
    resource_id = a_request(building, on_stop=OnStop.INTERRUPT)
    workspace = building.workspace(resource_id)
    stopped_in_its_apply(building, resource_id, Course(dies_after=3))
    assert len(building.known(resource_id)) < len(building.cloud(resource_id))

    def looking() -> None:
        workspace.direct(Command.PLAN, Course(pauses_after=1))
        building.stopping.request()

    # the first plan says what is lacking, the second one takes over what was found
    workspace.before[Command.PLAN] = lambda: workspace.before.update({Command.PLAN: looking})
    building.provision(resource_id)
    assert workspace.process(workspace.started[-1][0]).interrupts == 1
    building.stopping = FakeStopping()
    the_next_worker(building, resource_id)
    assert is_built_once(building, resource_id)


@both
def test_who_canceled_gets_the_end_although_the_worker_is_stopped(
    building: Building, on_stop: OnStop
) -> None:
    resource_id = a_request(building, on_stop=on_stop)
    process = stopped_in_its_apply(
        building,
        resource_id,
        Course(pauses_after=1),
        meanwhile=lambda: building.cancel(resource_id),
    )
    if on_stop is OnStop.LEAVE:
        the_next_worker(building, resource_id)
    assert building.run(resource_id).status is RunStatus.CANCELED
    assert process.interrupts == 1
    assert building.cloud(resource_id) == [VPC]


@both
def test_who_canceled_between_two_steps_gets_the_end_at_once(
    building: Building, on_stop: OnStop
) -> None:
    resource_id = a_request(building, on_stop=on_stop)

    def canceled_and_stopped() -> None:
        building.cancel(resource_id)
        building.stopping.request()

    building.workspace(resource_id).before[Command.INIT] = canceled_and_stopped
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.CANCELED
