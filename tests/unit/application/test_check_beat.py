from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.use_cases.check_beat import BeatLife, CheckBeat, CheckBeatRequest
from domain.schedule import EntryName, Every, Turn


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def store(clock: FakeClock) -> MemoryStore:
    return MemoryStore(clock)


def take_turn(store: MemoryStore, entry: str) -> Turn:
    every = Every(period=timedelta(seconds=10))
    with MemoryUnitOfWork(store) as work:
        taken = work.schedule.claim(EntryName(entry), every, by="beat")
        work.commit()
    assert taken is not None
    return taken


def beat(store: MemoryStore) -> BeatLife:
    check = CheckBeat(unit_of_work=lambda: MemoryUnitOfWork(store))
    return check(CheckBeatRequest(within=timedelta(minutes=3)))


def test_a_beat_that_never_took_a_turn_is_not_alive(store: MemoryStore) -> None:
    assert beat(store) == BeatLife(last=None, age=None, alive=False)


def test_a_turn_from_before_the_clock_was_set_back_is_no_sign_of_life(
    store: MemoryStore,
) -> None:
    taken = take_turn(store, "sync everybody")
    ahead = replace(taken, claimed_at=taken.claimed_at + timedelta(hours=1))
    with MemoryUnitOfWork(store) as work:
        work.schedule.give_back(taken, before=ahead)
        work.commit()
    assert not beat(store).alive
    take_turn(store, "dispatch")
    life = beat(store)
    assert life.alive
    assert life.last is not None
    assert life.last.entry == "dispatch"


def test_beat_lives_by_its_latest_turn(store: MemoryStore, clock: FakeClock) -> None:
    take_turn(store, "sync everybody")
    clock.advance(timedelta(minutes=3))
    take_turn(store, "dispatch")
    clock.advance(timedelta(minutes=3))
    life = beat(store)
    assert (life.alive, life.age) == (True, timedelta(minutes=3))
    assert life.last is not None
    assert life.last.entry == "dispatch"
    clock.advance(timedelta(seconds=1))
    assert not beat(store).alive
