"""Workers that are told to stop while they work on a run."""

from collections.abc import Callable
from datetime import timedelta

from adapters.fakes.stopping import FakeStopping
from adapters.fakes.terraform import Course
from adapters.fakes.terraform_process import FakeProcess
from application.ports.stopping import OnStop
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import Command
from tests.unit.application.building import MODULE, Building


def waiting(building: Building) -> None:
    """Let the time pass for which a run may wait for its first worker."""
    building.world.clock.advance(timedelta(minutes=2))


def a_request(building: Building, *, on_stop: OnStop) -> ResourceId:
    """Something that is asked for, made of objects whose names determine their ids."""
    building.on_stop = on_stop
    resource_id = building.request().resource.id
    waiting(building)
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {address: f"id of {address}" for address in MODULE}
    return resource_id


def stopped(building: Building, work: Callable[[], object], *, after: int) -> None:
    """Let a worker work that is to stop when it has asked so often."""
    building.stopping = FakeStopping(after=after)
    try:
        work()
    finally:
        building.stopping = FakeStopping()


def stopped_in_its_apply(
    building: Building,
    resource_id: ResourceId,
    course: Course,
    *,
    meanwhile: Callable[[], object] = bool,
) -> FakeProcess:
    """Stop a worker once its apply, which takes *course*, has begun; return that."""
    workspace = building.workspace(resource_id)

    def begun() -> None:
        meanwhile()
        building.stopping.request()

    workspace.before[Command.APPLY] = begun
    workspace.direct(Command.APPLY, course)
    building.provision(resource_id)
    building.stopping = FakeStopping()
    step, command = workspace.started[-1]
    assert command.command is Command.APPLY
    return workspace.process(step)


def the_next_worker(building: Building, resource_id: ResourceId) -> None:
    """Have the run found, at once, and brought to its end."""
    assert building.recover() == 1
    building.provision(resource_id, "worker-2")


def applies(building: Building, resource_id: ResourceId) -> int:
    started = building.workspace(resource_id).started
    return sum(command.command is Command.APPLY for _, command in started)


def is_built_once(building: Building, resource_id: ResourceId) -> bool:
    assert building.run(resource_id).status is RunStatus.APPLIED
    assert building.resource(resource_id).status is ResourceStatus.ACTIVE
    assert building.known(resource_id) == building.terraform(resource_id).certain_ids
    return sorted(building.cloud(resource_id)) == sorted(MODULE)
