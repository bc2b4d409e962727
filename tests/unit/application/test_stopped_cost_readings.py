"""A reading of cost whose worker is told to stop keeps its days, and the next worker goes on."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Event

import pytest

from adapters.fakes.costs import FakeCosts
from adapters.fakes.memory import MemoryUnitOfWork
from adapters.fakes.stopping import FakeStopping
from application.ports.errors import LeaseLost
from application.undertaking import Skip
from application.use_cases.update_cost_data import UpdateCostDataReport, UpdateCostDataRequest
from domain.accounts import Credential, SubAccountId
from domain.costs import CostStatus, DailyCharges, Period
from domain.jobs import JobKind, JobRecord, JobStatus, JobSubject, MessageId
from domain.leases import cost_lease
from tests.builders import a_charge
from tests.unit.application.cost_world import HERE, THERE, lately, spent, the_reading
from tests.unit.application.world import World

_DAYS = 10
_POINTS = range(14)
"""A reading of ten days looks fourteen times whether it is to stop."""


@pytest.fixture
def bill(world: World) -> FakeCosts:
    bill = FakeCosts(HERE)
    for day in lately(world, _DAYS).days():
        bill.charge(HERE, day, a_charge("Compute", "1"))
    return bill


@pytest.fixture
def credential(world: World, bill: FakeCosts) -> Credential:
    credential = world.a_credential()
    world.clouds.bill(credential.id, bill)
    return credential


def the_job(world: World, credential: Credential) -> JobRecord:
    with world.unit_of_work() as work:
        found = work.jobs.find(JobSubject.of(credential, JobKind.UPDATE_COST_DATA))
    assert found is not None
    return found


def read(world: World, credential: Credential, *, message: str = "1") -> UpdateCostDataReport:
    """Read as a worker does that got *message*."""
    return world.update_cost_data()(
        UpdateCostDataRequest(
            user_id=credential.user_id,
            credential_id=credential.id,
            message=MessageId(message),
        )
    )


def stopped(world: World, credential: Credential, *, after: int) -> UpdateCostDataReport:
    """Read with a worker that is to stop when it has looked so often."""
    world.stopping = FakeStopping(after=after)
    report = read(world, credential)
    world.stopping = FakeStopping()
    return report


@pytest.mark.parametrize("point", _POINTS)
def test_a_reading_that_is_stopped_is_gone_on_with_and_no_day_is_asked_for_twice(
    world: World, credential: Credential, bill: FakeCosts, point: int
) -> None:
    report = stopped(world, credential, after=point)
    assert report.as_dict() == {"credential_id": credential.id, "status": "left_unfinished"}
    back = the_job(world, credential)
    assert (back.status, back.attempts, back.reason) == (JobStatus.QUEUED, 0, None)
    known = int(spent(world, credential))
    bill.asked.clear()
    assert read(world, credential, message="2").status is CostStatus.COMPLETE
    rest = _DAYS - known
    assert bill.asked == ([(HERE, lately(world, rest))] if rest else [])
    assert spent(world, credential) == _DAYS


def test_a_reading_that_comes_to_its_end_is_not_stopped(
    world: World, credential: Credential
) -> None:
    assert stopped(world, credential, after=len(_POINTS)).status is CostStatus.COMPLETE


def test_a_reading_that_ends_within_its_grace_is_complete(
    world: World, credential: Credential
) -> None:
    world.grace = timedelta(seconds=10)
    assert stopped(world, credential, after=1).status is CostStatus.COMPLETE


def test_a_reading_that_is_stopped_leaves_the_record_of_the_last_one(
    world: World, credential: Credential
) -> None:
    world.read_costs(credential)
    before = the_reading(world, credential)
    world.clock.advance(timedelta(days=1))
    assert stopped(world, credential, after=6).skipped is Skip.LEFT_UNFINISHED
    assert the_reading(world, credential) == before


class SlowBill(FakeCosts):
    """A bill that cannot be told before *answer* is set."""

    def __init__(self) -> None:
        super().__init__(HERE, THERE)
        self.answer = Event()
        self.begun: list[SubAccountId] = []

    def read(self, sub_account_id: SubAccountId, period: Period) -> Iterator[DailyCharges]:
        self.begun.append(sub_account_id)
        assert self.answer.wait(30)
        yield from super().read(sub_account_id, period)


@pytest.fixture
def slow(world: World) -> Iterator[tuple[Credential, SlowBill]]:
    credential, bill = world.a_credential(), SlowBill()
    world.clouds.bill(credential.id, bill)
    yield credential, bill
    bill.answer.set()


def test_a_reading_does_not_wait_for_a_silent_bill(
    world: World, slow: tuple[Credential, SlowBill]
) -> None:
    credential, _ = slow
    assert stopped(world, credential, after=5).skipped is Skip.LEFT_UNFINISHED
    assert the_job(world, credential).status is JobStatus.QUEUED


def test_a_lease_is_kept_while_the_bill_is_waited_for(
    world: World, slow: tuple[Credential, SlowBill]
) -> None:
    credential, bill = slow
    commits = []

    class Counting(MemoryUnitOfWork):
        def commit(self) -> None:
            super().commit()
            commits.append(self)
            if len(commits) == 10:
                bill.answer.set()

    world.open_unit_of_work = lambda: Counting(world.store)
    impatient = world.update_cost_data(lease_duration=timedelta(milliseconds=30))
    request = UpdateCostDataRequest(user_id=credential.user_id, credential_id=credential.id)
    assert impatient(request).status is CostStatus.COMPLETE
    assert len(commits) > 10


def test_who_lost_the_lease_while_the_bill_was_waited_for_asks_nothing_more(
    world: World, slow: tuple[Credential, SlowBill]
) -> None:
    credential, bill = slow
    world.stopping = TakenOver(world, credential)
    impatient = world.update_cost_data(lease_duration=timedelta(milliseconds=30))
    with pytest.raises(LeaseLost):
        impatient(UpdateCostDataRequest(user_id=credential.user_id, credential_id=credential.id))
    assert bill.begun == [HERE]


class TakenOver(FakeStopping):
    """Says no; meanwhile, while the bill is waited for, somebody else takes the lease."""

    def __init__(self, world: World, credential: Credential) -> None:
        super().__init__()
        self._world = world
        self._credential = credential

    def requested(self) -> bool:
        if self.asked == 5:
            self._world.clock.advance(timedelta(minutes=1))
            with self._world.unit_of_work() as work:
                name = cost_lease(self._credential.id)
                work.leases.claim(name, holder="another", duration=timedelta(minutes=5))
                work.commit()
        return super().requested()
