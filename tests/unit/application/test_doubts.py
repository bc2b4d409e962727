"""What may exist and cannot be looked for is never forgotten, and never holds up the rest."""

from contextlib import suppress

import pytest

from adapters.fakes.terraform import Course
from application.ports.errors import AccessDenied, Unavailable
from application.ports.unit_of_work import UnitOfWork
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import Command
from tests.unit.application.building import LEASE, MODULE, SUBNETS, VPC, Building, WorkerKilled
from tests.unit.application.test_adopting import an_object, lost_once

GONE_IMAGE = "The image that the module looks up does not exist any more."


@pytest.fixture
def building() -> Building:
    return Building()


def built_in_part(building: Building) -> ResourceId:
    """Something whose apply was lost when the network was made and its subnets were not."""
    resource_id = lost_once(building, after=2)
    building.owned.fail(AccessDenied("not now"))
    building.provision(resource_id)
    building.owned.heal()
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    return resource_id


def refused_in_part(building: Building) -> ResourceId:
    """Something of which the cloud refused the last part, and said so."""
    resource_id = building.request().resource.id
    building.terraform(resource_id).broken[SUBNETS[1]] = "QuotaExceeded: no more subnets"
    building.provision(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    return resource_id


def test_what_is_known_is_destroyed_though_nothing_can_be_planned(building: Building) -> None:
    resource_id = refused_in_part(building)
    building.terraform(resource_id).unplannable = GONE_IMAGE
    building.request_destruction(resource_id)
    assert building.destroy(resource_id).resource_status is ResourceStatus.DESTROYED
    assert building.cloud(resource_id) == []


def test_what_cannot_be_looked_for_keeps_a_resource_from_counting_as_destroyed(
    building: Building,
) -> None:
    resource_id = built_in_part(building)
    building.terraform(resource_id).unplannable = GONE_IMAGE
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    run = building.run(resource_id)
    assert building.cloud(resource_id) == []
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    assert run.error is not None and "no plan could be made" in run.error
    assert {leak.address for leak in run.leaks} == set(SUBNETS)
    assert building.known(resource_id) == {}
    building.terraform(resource_id).unplannable = None
    building.request_destruction(resource_id)
    assert building.destroy(resource_id).resource_status is ResourceStatus.DESTROYED


def test_the_doubt_outlives_its_worker(building: Building) -> None:
    for point in range(30):
        building = Building()
        resource_id = built_in_part(building)
        building.terraform(resource_id).unplannable = GONE_IMAGE
        building.request_destruction(resource_id)
        building.lives = point
        try:
            building.destroy(resource_id)
        except WorkerKilled:
            building.world.clock.advance(LEASE * 2)
        building.lives = None
        building.destroy(resource_id, "worker-2")
        assert building.resource(resource_id).status is ResourceStatus.FAILED, point
        assert {leak.address for leak in building.run(resource_id).leaks} == set(SUBNETS), point


def test_what_carries_our_tags_and_no_state_knows_is_in_doubt_too(building: Building) -> None:
    resource_id = refused_in_part(building)
    an_object(building, resource_id, SUBNETS[1], "subnet-9")
    building.terraform(resource_id).unplannable = GONE_IMAGE
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    assert [str(leak) for leak in building.run(resource_id).leaks] == [f"{SUBNETS[1]} (subnet-9)"]


def test_a_destroy_that_fails_half_way_accuses_nothing_that_it_took_down(
    building: Building,
) -> None:
    resource_id = built_in_part(building)
    building.terraform(resource_id).broken[VPC] = "DependencyViolation: something is in it"
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    run = building.run(resource_id)
    assert run.error == "DependencyViolation: something is in it."
    assert run.leaks == ()


def test_a_leak_report_tells_the_ids_that_tags_and_names_tell(building: Building) -> None:
    resource_id = building.request().resource.id
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {SUBNETS[0]: "subnet-of-shop"}
    course = Course(dies_after=0, every_time=True)
    building.workspace(resource_id).direct(Command.APPLY, course)
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    told = {leak.address: leak.cloud_id for leak in run.leaks}
    assert told == dict.fromkeys(MODULE) | {SUBNETS[0]: "subnet-of-shop"}


def test_a_defect_of_ours_ends_the_run_in_a_sentence(
    building: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource_id = building.request().resource.id

    def defective(*_: object) -> None:
        raise KeyError("project")

    monkeypatch.setattr(building.world.clouds, "provider_environment", defective)
    with pytest.raises(KeyError):
        building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert run.error is not None and "defect of multi-cloud itself (KeyError)" in run.error
    monkeypatch.undo()
    building.retry(resource_id)
    assert building.provision(resource_id).resource_status is ResourceStatus.ACTIVE


def test_what_could_not_be_taken_over_keeps_a_resource_from_counting_as_destroyed(
    building: Building,
) -> None:
    resource_id = built_in_part(building)
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {SUBNETS[0]: "subnet-1"}
    terraform.cloud.append((SUBNETS[0], "subnet-1"))
    terraform.unimportable[SUBNETS[0]] = "TooManyRequests: slow down"
    building.request_destruction(resource_id)
    building.destroy(resource_id)
    run = building.run(resource_id)
    assert building.resource(resource_id).status is ResourceStatus.FAILED
    assert [str(leak) for leak in run.leaks] == [f"{SUBNETS[0]} (subnet-1)"]


@pytest.mark.parametrize("words", ["Error 404: notFound", "NoSuchBucket: it does not exist"])
def test_what_a_provider_says_is_absent_in_its_own_words_is_no_doubt(
    building: Building, words: str
) -> None:
    resource_id = built_in_part(building)
    terraform = building.terraform(resource_id)
    terraform.certain_ids = {SUBNETS[0]: "subnet-1"}
    terraform.unimportable[SUBNETS[0]] = words
    building.request_destruction(resource_id)
    assert building.destroy(resource_id).resource_status is ResourceStatus.DESTROYED


def test_a_second_destroy_in_the_dark_accuses_nothing_that_the_first_took_down(
    building: Building,
) -> None:
    resource_id = built_in_part(building)
    building.terraform(resource_id).unplannable = GONE_IMAGE
    for _ in range(2):
        building.request_destruction(resource_id)
        building.destroy(resource_id)
        assert {leak.address for leak in building.run(resource_id).leaks} == set(SUBNETS)


def test_a_state_that_could_not_be_committed_stays_on_the_disk(building: Building) -> None:
    """Every opening of the store fails once; whatever comes of that, the state is somewhere."""
    for point in range(1, 12):
        building = FailingOnce(point)
        resource_id = building.request().resource.id
        for worker in ("worker-1", "worker-2", "worker-3"):
            with suppress(Unavailable):
                building.provision(resource_id, worker)
            building.world.clock.advance(LEASE * 2)
        assert building.resource(resource_id).status is ResourceStatus.ACTIVE, point
        assert building.known(resource_id).keys() == set(MODULE), point
        assert sorted(building.cloud(resource_id)) == sorted(MODULE), point


class FailingOnce(Building):
    """The store is away when it is opened for the nth time."""

    def __init__(self, point: int) -> None:
        super().__init__()
        self.left = point

    def mortal_unit_of_work(self) -> UnitOfWork:
        self.left -= 1
        if self.left == 0:
            raise Unavailable("The database is away.")
        return super().mortal_unit_of_work()


def test_a_defect_met_while_a_run_is_given_up_does_not_keep_it_from_ending(
    building: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    resource_id = lost_once(building, after=0)
    building.owned.fail(AccessDenied("not now"))

    def defective(*_: object) -> None:
        raise KeyError("address")

    monkeypatch.setattr(building.workspace(resource_id), "import_id", defective)
    with suppress(KeyError):
        building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.ERRORED
