"""A cloud that cannot answer just now fails nothing; one that cannot answer at all does."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from application.ports.errors import AccessDenied, PortError, Throttled, Unavailable
from domain.accounts import AccountId
from domain.provisioning import ResourceStatus, RunStatus
from tests.unit.application.building import Building


@pytest.fixture
def building() -> Building:
    return Building()


@pytest.fixture
def cloud(building: Building) -> FakeCloud:
    cloud = FakeCloud()
    building.world.clouds.connect(building.credential.id, cloud)
    return cloud


def since(building: Building, started: datetime) -> timedelta:
    return building.world.clock.now() - started


@pytest.mark.parametrize("error", [Throttled("Slow down."), Unavailable("No answer.")])
def test_a_cloud_that_cannot_answer_for_a_moment_fails_no_run(
    building: Building, cloud: FakeCloud, error: PortError
) -> None:
    resource_id = building.request().resource.id
    cloud.fail_account(error, times=4)
    assert building.provision(resource_id).resource_status is ResourceStatus.ACTIVE


def test_a_cloud_that_cannot_answer_at_all_fails_the_run_after_about_a_minute(
    building: Building, cloud: FakeCloud
) -> None:
    resource_id = building.request().resource.id
    cloud.fail_account(Throttled("AWS asked us to slow down."))
    started = building.world.clock.now()
    building.provision(resource_id)
    run = building.run(resource_id)
    assert run.status is RunStatus.ERRORED
    assert run.error == "AWS asked us to slow down."
    assert timedelta(minutes=1) <= since(building, started) <= timedelta(minutes=2)


def test_a_refusal_is_believed_at_once(building: Building, cloud: FakeCloud) -> None:
    resource_id = building.request().resource.id
    cloud.fail_account(AccessDenied("AWS does not let us in."))
    started = building.world.clock.now()
    building.provision(resource_id)
    assert building.run(resource_id).error == "AWS does not let us in."
    assert since(building, started) == timedelta(0)


class CloudBesidePeople(FakeCloud):
    """It never answers; somebody loses patience when it was asked twice."""

    def __init__(self, lose_patience: Callable[[], object]) -> None:
        super().__init__()
        self.lose_patience = lose_patience
        self.asked = 0

    def account_id(self) -> AccountId:
        self.asked += 1
        if self.asked == 2:
            self.lose_patience()
        raise Throttled("AWS asked us to slow down.")


def test_a_run_that_is_canceled_while_it_waits_for_the_cloud_ends(building: Building) -> None:
    resource_id = building.request().resource.id
    cloud = CloudBesidePeople(lambda: building.cancel(resource_id))
    building.world.clouds.connect(building.credential.id, cloud)
    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.CANCELED
    assert cloud.asked == 2
