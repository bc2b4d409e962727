"""A run may wait for its cloud far longer than its lease lasts, and keeps it all the while."""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.clouds import FakeCloud
from adapters.fakes.terraform import Course, FakeWorkspace
from application.ports.errors import LeaseLost, Throttled, Unavailable
from application.ports.terraform import ProviderEnvironment
from application.ports.unit_of_work import UnitOfWork
from domain.accounts import AccountId
from domain.inventory import Json
from domain.leases import terraform_lease
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from domain.terraform import Command
from tests.unit.application.building import MODULE, Building
from tests.unit.application.world import World

SETTLING = timedelta(seconds=15)
SHORTEST = timedelta(seconds=2)
A_MOMENT = timedelta(seconds=0.03)
"""For leases that are renewed while a real moment passes."""


class WatchedClock(FakeClock):
    """Calls somebody at the end of each pause."""

    after_pause: Callable[[], object] = staticmethod(lambda: None)

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        self.after_pause()


@pytest.fixture
def clock() -> WatchedClock:
    return WatchedClock()


@pytest.fixture
def building(clock: WatchedClock) -> Building:
    return Building(world=World(clock=clock), settling=SETTLING, lease_duration=SHORTEST)


def lost_once(building: Building) -> ResourceId:
    """Something asked for whose first apply dies, so that what it may have made is looked for."""
    resource_id = building.request().resource.id
    building.workspace(resource_id).direct(Command.APPLY, Course(dies_after=0))
    return resource_id


def free(building: Building, resource_id: ResourceId) -> bool:
    """Tell whether another worker could take the run over."""
    with building.world.unit_of_work() as work:
        return work.leases.holding(terraform_lease(resource_id)) is None


def taken_over(building: Building, resource_id: ResourceId) -> None:
    """Let the worker be frozen for longer than its lease lasts, and another one come."""
    building.world.clock.advance(SHORTEST)
    with building.world.unit_of_work() as work:
        work.leases.claim(terraform_lease(resource_id), holder="worker-2", duration=SHORTEST)
        work.commit()


def test_the_lease_is_kept_while_the_cloud_settles(building: Building, clock: WatchedClock) -> None:
    resource_id = lost_once(building)
    seen: list[bool] = []
    clock.after_pause = lambda: seen.append(free(building, resource_id))
    started = clock.now()

    assert building.provision(resource_id).resource_status is ResourceStatus.ACTIVE
    assert clock.now() - started >= SETTLING
    assert set(seen) == {False}
    assert sorted(building.cloud(resource_id)) == sorted(MODULE)


def test_the_lease_is_kept_while_a_cloud_cannot_answer(
    building: Building, clock: WatchedClock
) -> None:
    cloud = FakeCloud()
    building.world.clouds.connect(building.credential.id, cloud)
    resource_id = building.request().resource.id
    cloud.fail_account(Throttled("Slow down.", retry_after=40), times=2)
    seen: list[bool] = []
    clock.after_pause = lambda: seen.append(free(building, resource_id))

    assert building.provision(resource_id).resource_status is ResourceStatus.ACTIVE
    assert set(seen) == {False}


def test_a_run_that_was_taken_over_while_the_cloud_settled_is_left_alone(
    building: Building, clock: WatchedClock
) -> None:
    resource_id = lost_once(building)
    clock.after_pause = lambda: taken_over(building, resource_id)
    started = clock.now()

    with pytest.raises(LeaseLost):
        building.provision(resource_id)
    assert clock.now() - started < SETTLING
    assert building.owned.asked == []
    assert building.run(resource_id).status is RunStatus.PLANNING


def test_a_store_that_is_away_while_the_cloud_settles_ends_no_run(
    building: Building, clock: WatchedClock
) -> None:
    resource_id = lost_once(building)
    outage = Outage(building, pauses=5)
    clock.after_pause = outage.go_on

    assert building.provision(resource_id).resource_status is ResourceStatus.ACTIVE
    assert outage.met


def test_what_was_left_is_looked_for_after_a_cancel_too(
    building: Building, clock: WatchedClock
) -> None:
    resource_id = lost_once(building)
    clock.after_pause = lambda: building.cancel(resource_id)

    building.provision(resource_id)
    assert building.run(resource_id).status is RunStatus.CANCELED
    assert len(building.owned.asked) > 0


def test_the_lease_is_kept_while_a_cloud_is_slow(building: Building) -> None:
    building.lease_duration, building.settling = A_MOMENT, timedelta(0)
    slow = SlowAnswer(building)
    building.world.clouds.connect(building.credential.id, SlowCloud(slow))
    assert slow.kept_while(building.provision)


def test_the_lease_is_kept_while_terraform_shows_its_plan(
    building: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    building.lease_duration, building.settling = A_MOMENT, timedelta(0)
    slow = SlowAnswer(building)
    shown = FakeWorkspace.plan_document

    def shows_slowly(
        workspace: FakeWorkspace, environment: ProviderEnvironment
    ) -> Mapping[str, Json]:
        slow.comes()
        return shown(workspace, environment)

    monkeypatch.setattr(FakeWorkspace, "plan_document", shows_slowly)
    assert slow.kept_while(building.provision)


def test_a_run_that_is_taken_over_while_a_cloud_is_slow_is_left_alone(building: Building) -> None:
    building.lease_duration, building.settling = A_MOMENT, timedelta(0)
    resource_id = building.request().resource.id
    cloud = FrozenCloud(lambda: taken_over(building, resource_id))
    building.world.clouds.connect(building.credential.id, cloud)
    with pytest.raises(LeaseLost):
        building.provision(resource_id)
    assert not cloud.answered
    cloud.thaw.set()
    assert building.run(resource_id).status.active


class SlowAnswer:
    """An answer that does not come before the lease was renewed twice since it was asked for."""

    def __init__(self, building: Building) -> None:
        self._building = building
        self._resource_id = ResourceId(0)
        self._waits: list[bool] = []

    def kept_while(self, done: Callable[[ResourceId], object]) -> bool:
        """Tell whether each answer found the lease renewed while *done* works on a resource."""
        self._resource_id = lost_once(self._building)
        done(self._resource_id)
        return bool(self._waits) and all(self._waits)

    def comes(self) -> None:
        """Wait, but not for ever."""
        self._waits.append(all(self._renewed() for _ in range(2)))

    def _renewed(self) -> bool:
        before = self._until()
        self._building.world.clock.advance(A_MOMENT / 10)
        deadline = time.monotonic() + 2.0
        while time.monotonic() < deadline:
            if self._until() > before:
                return True
            time.sleep(0.001)
        return False

    def _until(self) -> datetime:
        with self._building.world.unit_of_work() as work:
            holding = work.leases.holding(terraform_lease(self._resource_id))
        return holding.until if holding else datetime.min.replace(tzinfo=UTC)


class SlowCloud(FakeCloud):
    """It takes its time for the first question."""

    def __init__(self, slow: SlowAnswer) -> None:
        super().__init__()
        self._slow = slow

    def account_id(self) -> AccountId:
        self._slow.comes()
        return super().account_id()


class FrozenCloud(FakeCloud):
    """It answers only once it is thawed, and meanwhile something happens."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__()
        self._happens = happens
        self.thaw = Event()
        self.answered = False

    def account_id(self) -> AccountId:
        self._happens()
        self.thaw.wait(5)
        self.answered = True
        return super().account_id()


class Outage:
    """A store that is away for a few pauses."""

    def __init__(self, building: Building, *, pauses: int) -> None:
        self._world = building.world
        self._pauses = pauses
        self.met = 0
        """How often it was asked meanwhile."""

    def go_on(self) -> None:
        self._pauses -= 1
        self._world.open_unit_of_work = self._away if self._pauses > 0 else None

    def _away(self) -> UnitOfWork:
        self.met += 1
        raise Unavailable("The database is away.")
