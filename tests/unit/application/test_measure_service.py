"""The numbers by which operators see whether the service does its work."""

from datetime import timedelta
from itertools import count
from threading import Event

import pytest

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.costs import FakeCosts
from adapters.fakes.memory import MemoryUnitOfWork
from adapters.fakes.pacing import FakePacing
from adapters.fakes.queue_depths import FakeQueueDepths
from application.ports.errors import AccessDenied, TimedOut, Unavailable
from application.ports.queue_depths import QueueDepth, QueueDepths
from application.ports.unit_of_work import UnitOfWork
from application.service_report import Part, ServiceReport, Unread
from application.use_cases.measure_service import MeasureService
from domain.accounts import Provider
from domain.costs import CostStatus
from domain.inventory import ItemState
from domain.pacing import ApiCall, CallCounts
from domain.syncs import SyncStatus
from tests.unit.application.cost_world import HERE, THERE, days_before
from tests.unit.application.world import World

HISTORY = 10
CALL = ApiCall(provider=Provider.AWS, account_id="1", api="ec2.DescribeInstances")
STORED = set(Part) - {Part.QUEUES, Part.API_CALLS}


@pytest.fixture
def queues() -> FakeQueueDepths:
    return FakeQueueDepths()


@pytest.fixture
def pacing() -> FakePacing:
    return FakePacing()


def measuring(
    world: World, queues: QueueDepths, pacing: FakePacing, *, patience: float = 30.0
) -> MeasureService:
    return MeasureService(
        unit_of_work=world.unit_of_work,
        queues=queues,
        pacing=pacing,
        cost_history=timedelta(days=HISTORY),
        patience=patience,
    )


@pytest.fixture
def measure(world: World, queues: FakeQueueDepths, pacing: FakePacing) -> MeasureService:
    return measuring(world, queues, pacing)


def test_a_service_that_does_nothing_yet_is_measured_whole(
    world: World, measure: MeasureService
) -> None:
    report = measure()
    assert report.unread == {}
    assert report.at == world.clock.now()
    assert report == ServiceReport(
        unread={},
        at=report.at,
        leaks=0,
        items=[],
        queues=FakeQueueDepths().read(),
        credentials=[],
        syncs=[],
        runs=[],
        jobs=[],
        schedule=[],
        proofs=[],
        costs=[],
    )


def test_what_a_sync_found_and_how_it_went_is_in_the_report(
    world: World, cloud: FakeCloud, measure: MeasureService
) -> None:
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    world.clock.advance(timedelta(minutes=5))
    report = measure()
    assert sum(each.count for each in report.items if each.state is ItemState.ACTIVE) == 5
    (figure,) = report.credentials
    assert figure.last_status is SyncStatus.SUCCEEDED
    assert figure.complete_since is not None
    assert report.age(figure.complete_since) == 300
    assert [(each.status, each.count) for each in report.syncs] == [(SyncStatus.SUCCEEDED, 1)]


def test_what_waits_and_what_was_called_is_in_the_report(
    measure: MeasureService, queues: FakeQueueDepths, pacing: FakePacing
) -> None:
    queues.put("sync", priority=6, messages=3)
    pacing.wait(CALL)
    pacing.throttled(CALL)
    report = measure()
    assert report.queues == queues.read()
    assert report.api_calls == {(Provider.AWS, CALL.api): CallCounts(calls=1, throttles=1)}


def test_a_broker_that_is_away_leaves_its_part_empty_and_no_other(
    measure: MeasureService, queues: FakeQueueDepths
) -> None:
    queues.failure = Unavailable("The broker went away.", remedy="Start it.")
    report = measure()
    assert report.unread == {Part.QUEUES: Unread(why="The broker went away.", remedy="Start it.")}
    assert (report.queues, report.leaks) == (None, 0)


def test_a_database_that_is_away_leaves_its_parts_empty_and_no_other(
    world: World, measure: MeasureService
) -> None:
    world.store.fail_next(Unavailable("The database went away."))
    report = measure()
    assert set(report.unread) == STORED
    assert (report.at, report.leaks) == (None, None)
    assert report.queues is not None


def test_one_part_that_cannot_be_read_takes_no_other_along(
    world: World, measure: MeasureService
) -> None:
    opened = count()

    def unit_of_work() -> UnitOfWork:
        if next(opened) == 1:
            raise TimedOut("The database took too long over one statement.")
        return MemoryUnitOfWork(world.store)

    world.open_unit_of_work = unit_of_work
    report = measure()
    assert report.unread == {
        Part.ITEMS: Unread(why="The database took too long over one statement.")
    }
    assert (report.items, report.leaks) == ((), 0)


class FrozenBroker(QueueDepths):
    """Does not answer before it is told to."""

    def __init__(self) -> None:
        self.thaw = Event()
        self.asked = 0

    def read(self) -> QueueDepth:
        self.asked += 1
        assert self.thaw.wait(timeout=30)
        return FakeQueueDepths().read()


def test_what_is_frozen_is_left_out_after_a_while_and_not_asked_again_meanwhile(
    world: World, pacing: FakePacing
) -> None:
    broker = FrozenBroker()
    measure = measuring(world, broker, pacing, patience=0.3)
    try:
        for _ in range(2):
            report = measure()
            assert set(report.unread) == {Part.QUEUES}
            assert report.unread[Part.QUEUES].why == "There was no answer within 0.3 seconds."
            assert "multicloud doctor" in report.unread[Part.QUEUES].remedy
        assert broker.asked == 1
    finally:
        broker.thaw.set()
    measure = measuring(world, broker, pacing)
    assert measure().unread == {}


class TestCost:
    def test_a_credential_that_was_read_lacks_no_day(
        self, world: World, measure: MeasureService
    ) -> None:
        credential = world.a_credential()
        world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
        world.read_costs(credential)
        (figure,) = measure().costs
        assert (figure.credential_id, figure.name) == (credential.id, credential.name.text)
        assert (figure.status, figure.days_lacking) == (CostStatus.COMPLETE, 0)

    def test_before_its_first_reading_a_credential_lacks_every_day(
        self, world: World, measure: MeasureService
    ) -> None:
        world.a_credential()
        (figure,) = measure().costs
        assert (figure.status, figure.days_lacking) == (None, HISTORY)

    def test_days_that_any_sub_account_lacks_count_once(
        self, world: World, measure: MeasureService
    ) -> None:
        credential = world.a_credential()
        bill = world.clouds.bill(credential.id, FakeCosts(HERE, THERE))
        for sub_account in (HERE, THERE):
            bill.fail(AccessDenied("Refused."), sub_account=sub_account, day=days_before(world, 3))
        with pytest.raises(AccessDenied):
            world.read_costs(credential)
        (figure,) = measure().costs
        assert (figure.status, figure.days_lacking) == (CostStatus.FAILED, 3)

    def test_where_no_cost_can_be_read_no_day_lacks(
        self, world: World, measure: MeasureService
    ) -> None:
        credential = world.a_credential()
        world.read_costs(credential)
        (figure,) = measure().costs
        assert (figure.status, figure.days_lacking) == (CostStatus.NOT_CONFIGURED, 0)
