"""How evenly syncs begin, and how late: a simulation with our own schedule, seeded."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from application.use_cases.sync_all_users import SPREAD
from domain.accounts import CredentialName, EmailAddress, Provider, SealedSecret
from tests.benchmarks.results import Result, Results, Target, at_most
from tests.benchmarks.scaling import BUSY, MEASURED, SIMULATED, Need
from tests.benchmarks.schedule_model import (
    ROUND,
    Service,
    Start,
    late,
    most_begun,
    seconds_of_syncs,
)
from tests.benchmarks.schedule_records import CREDENTIALS_OF_A_USER, IndexedStore

SEED = 6
MINUTE = timedelta(minutes=1)
AWAY = timedelta(hours=1)
CATCHING_UP = 1.5 / BUSY
"""Workers that are busy 60 % of their time can begin 1.67 times the mean, and a few more than that:
processes are whole numbers, and some minutes have short syncs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """What happened to a service with so many credentials."""

    credentials: int
    workers: int
    steady: list[Start]
    """Of one round; whatever was before it has no part in it, as the one before has ended."""
    recovery: list[Start]
    """Of the ten minutes after the whole service was away for an hour, in the middle of a round."""
    unseen: int
    """How many credentials were not taken up in those ten minutes."""

    def busiest_minute(self, starts: list[Start]) -> float:
        """Return how many times the mean of a steady minute the busiest one had."""
        return most_begun(starts, within=MINUTE) / (self.credentials * (MINUTE / ROUND.period))


def a_service(credentials: int, *, workers: int, spread: timedelta = SPREAD) -> Service:
    clock = FakeClock()
    store = IndexedStore(clock, credentials=credentials)
    return Service(
        unit_of_work=store.unit_of_work,
        clock=clock,
        workers=workers,
        seconds=seconds_of_syncs(MEASURED.seconds, seed=SEED),
        spread=spread,
    )


@pytest.fixture(scope="module", params=[1_000, SIMULATED], ids="{:,}".format)
def story(request: pytest.FixtureRequest) -> Story:
    credentials: int = request.param
    workers = Need(credentials=credentials).processes
    service = a_service(credentials, workers=workers)
    steady = service.run(ROUND.period)
    service.run(ROUND.period / 2)
    service.be_away(AWAY)
    recovery = service.run(ROUND.period)
    return Story(
        credentials=credentials,
        workers=workers,
        steady=steady,
        recovery=recovery,
        unseen=credentials - len({each.credential_id for each in recovery}),
    )


def _held(results: Results, story: Story, what: str, value: float, target: Target) -> None:
    name = f"{story.credentials:,} credentials, {story.workers:,} processes: {what}"
    results.hold(Result(line=0, what=name, value=value, target=target))


@pytest.mark.bench
@pytest.mark.timeout(300)
def test_syncs_begin_evenly(story: Story, results: Results) -> None:
    assert len(story.steady) == story.credentials
    value = story.busiest_minute(story.steady)
    _held(results, story, "busiest minute / mean", value, at_most(1.5))


@pytest.mark.bench
def test_they_begin_before_the_next_round(story: Story, results: Results) -> None:
    _held(results, story, "seconds late, p99", late(story.steady), at_most(120))


@pytest.mark.bench
def test_an_hour_without_service_is_made_up_without_a_herd(story: Story, results: Results) -> None:
    value = story.busiest_minute(story.recovery)
    _held(results, story, "the same, after an hour away", value, at_most(CATCHING_UP))


@pytest.mark.bench
def test_an_hour_without_service_is_made_up_in_one_round(story: Story, results: Results) -> None:
    _held(results, story, "not seen again ten minutes later", story.unseen, at_most(0))


def test_it_is_the_spread_that_keeps_them_apart() -> None:
    plenty = 1000
    spread = a_service(1000, workers=plenty)
    herd = a_service(1000, workers=plenty, spread=timedelta(0))
    assert most_begun(spread.run(ROUND.period), within=MINUTE) <= 130
    assert most_begun(herd.run(ROUND.period), within=MINUTE) >= 500


def test_jobs_that_are_found_by_an_index_are_sent_as_all_others_are() -> None:
    size = 60
    assert _story_of(size, _indexed) == _story_of(size, _walked_through) != []


def _story_of(size: int, made: Callable[[FakeClock, int], OpenUnitOfWork]) -> list[Start]:
    clock = FakeClock()
    service = Service(
        unit_of_work=made(clock, size),
        clock=clock,
        workers=2,
        seconds=seconds_of_syncs(15, seed=SEED),  # more than two workers get through
    )
    service.run(2 * ROUND.period)
    service.be_away(AWAY)
    service.run(ROUND.period)
    return service.starts


def _indexed(clock: FakeClock, size: int) -> OpenUnitOfWork:
    return IndexedStore(clock, credentials=size, synced=False).unit_of_work


def _walked_through(clock: FakeClock, size: int) -> OpenUnitOfWork:
    store = MemoryStore(clock)
    numbers = count(1)
    with MemoryUnitOfWork(store) as work:
        for user in range(size // CREDENTIALS_OF_A_USER):
            owner = work.users.add(EmailAddress(f"user{user}@example.org"), at=clock.now())
            for number in (next(numbers) for _ in range(CREDENTIALS_OF_A_USER)):
                work.credentials.add(
                    user_id=owner.id,
                    provider=list(Provider)[number % len(Provider)],
                    name=CredentialName(f"key {number}"),
                    secret=SealedSecret(b"sealed"),
                    at=clock.now(),
                )
        work.commit()
    return lambda: MemoryUnitOfWork(store)
