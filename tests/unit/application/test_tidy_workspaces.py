"""What a worker could not tidy any more is tidied later, and nothing else is."""

import json

import pytest

from adapters.fakes.terraform import Course
from application.ports.errors import Unavailable
from application.ports.unit_of_work import UnitOfWork
from application.use_cases.tidy_workspaces import TidyWorkspaces
from domain.leases import terraform_lease
from domain.provisioning import ResourceId, ResourceStatus
from domain.terraform import Command
from tests.unit.application.building import LEASE, MODULE, Building, WorkerKilled


@pytest.fixture
def building() -> Building:
    return Building()


def tidy(building: Building) -> int:
    use_case = TidyWorkspaces(
        unit_of_work=building.world.unit_of_work,
        workspaces=building.workspaces,
        holder="worker-2",
    )
    return use_case().workspaces


def left_behind(building: Building, resource_id: ResourceId, state: str) -> None:
    """Let the workspace look as if its worker had been killed before it could tidy."""
    building.terraform(resource_id).state = state
    assert building.workspaces.untidy() == [resource_id]


def stored_state(building: Building, resource_id: ResourceId) -> str:
    with building.world.unit_of_work() as work:
        stored = work.states.latest(resource_id)
    assert stored is not None
    return building.secret_box.open(stored.sealed).reveal()


def test_a_run_that_ended_leaves_nothing(building: Building) -> None:
    building.built()
    assert building.workspaces.untidy() == []
    assert tidy(building) == 0


def test_a_state_that_the_database_has_is_removed(building: Building) -> None:
    resource_id = building.built().id
    left_behind(building, resource_id, stored_state(building, resource_id))
    assert tidy(building) == 1
    assert building.workspace(resource_id).state() is None


@pytest.mark.parametrize("state", ["{", '{"version": 4, "serial": 99, "lineage": "unknown"}'])
def test_what_the_database_does_not_have_is_kept(building: Building, state: str) -> None:
    resource_id = building.built().id
    left_behind(building, resource_id, state)
    assert tidy(building) == 0
    assert building.workspace(resource_id).state() == state


def test_a_state_that_is_older_than_the_databases_is_removed(building: Building) -> None:
    resource_id = building.built().id
    state = json.loads(stored_state(building, resource_id))
    left_behind(building, resource_id, json.dumps(state | {"serial": state["serial"] - 1}))
    assert tidy(building) == 1
    assert building.workspace(resource_id).state() is None


def test_the_folder_of_a_destroyed_resource_goes_as_a_whole(building: Building) -> None:
    resource_id = building.built().id
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    left_behind(building, resource_id, stored_state(building, resource_id))
    assert tidy(building) == 1
    assert building.workspace(resource_id).configured is None


def test_a_resource_that_somebody_works_on_is_left_alone(building: Building) -> None:
    resource_id = building.built().id
    state = stored_state(building, resource_id)
    left_behind(building, resource_id, state)
    with building.world.unit_of_work() as work:
        work.leases.claim(terraform_lease(resource_id), holder="worker-1", duration=LEASE)
        work.commit()
    assert tidy(building) == 0
    assert building.workspace(resource_id).state() == state


def test_a_run_whose_worker_was_killed_in_the_middle_is_left_to_the_next_one(
    building: Building,
) -> None:
    resource_id = building.request().resource.id
    building.terraform(resource_id).certain_ids = {each: f"id of {each}" for each in MODULE}
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=5))
    building.lives = 6
    with pytest.raises(WorkerKilled):
        building.provision(resource_id)
    building.lives = None
    building.world.clock.advance(LEASE * 2)
    state = building.workspace(resource_id).state()
    assert tidy(building) == 0
    assert building.workspace(resource_id).state() == state is not None
    building.provision(resource_id, "worker-2")
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


class Interrupted(Building):
    """Something happens just before a worker opens the store for the nth time."""

    opened = 0
    at = -1

    def meanwhile(self) -> None:
        raise NotImplementedError

    def mortal_unit_of_work(self) -> UnitOfWork:
        self.opened += 1
        if self.opened == self.at:
            self.meanwhile()
        return super().mortal_unit_of_work()


def openings_of_a_run() -> int:
    building = Interrupted()
    building.built()
    return building.opened


def test_a_worker_that_was_frozen_tidies_nothing_that_the_next_one_needs() -> None:
    class Frozen(Interrupted):
        at = openings_of_a_run()  # before it tidies and gives its lease back

        def meanwhile(self) -> None:
            self.world.clock.advance(LEASE * 2)
            with self.world.unit_of_work() as work:
                work.leases.claim(terraform_lease(ResourceId(1)), holder="other", duration=LEASE)
                work.commit()

    building = Frozen()
    resource_id = building.built().id
    assert resource_id == 1
    assert building.workspace(resource_id).state() == stored_state(building, resource_id)


def test_a_workspace_that_cannot_be_tidied_does_not_fail_the_run(building: Building) -> None:
    resource_id = building.request().resource.id
    workspace = building.workspace(resource_id)
    workspace.stuck = Unavailable("The disk is read-only.")
    assert building.provision(resource_id).resource_status is ResourceStatus.ACTIVE
    assert building.workspaces.untidy() == [resource_id]
    workspace.stuck = None
    assert tidy(building) == 1
