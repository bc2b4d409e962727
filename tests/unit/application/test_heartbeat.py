"""A job lives as long as its lease, and is looked after while it waits."""

from collections.abc import Callable
from datetime import timedelta
from threading import Event

import pytest

from application.heartbeat import Heartbeat, WorkStopped
from application.leasing import claim
from application.ports.errors import LeaseLost, LeaseTaken, Unavailable
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from domain.leases import LeaseName
from tests.unit.application.world import World

NAME = LeaseName("sync:credential:1")
LONG = timedelta(seconds=60)
SHORT = timedelta(milliseconds=30)


def a_heartbeat(
    world: World, *, lease_duration: timedelta = LONG, store: OpenUnitOfWork | None = None
) -> Heartbeat:
    lease = claim(world.unit_of_work, NAME, holder="worker-1", duration=LONG)
    return Heartbeat(
        unit_of_work=store or world.unit_of_work,
        clock=world.clock,
        stopping=world.stopping,
        grace=timedelta(seconds=10),
        lease=lease,
        lease_duration=lease_duration,
    )


def wait(heartbeat: Heartbeat, world: World, *, seconds: float) -> None:
    """Let the heartbeat hear of *seconds* of waiting."""
    for _ in range(round(seconds / heartbeat.every.total_seconds())):
        world.clock.advance(heartbeat.every)
        heartbeat.waited()


def test_a_lease_is_kept_however_long_the_cloud_is_waited_for(world: World) -> None:
    heartbeat = a_heartbeat(world)
    wait(heartbeat, world, seconds=300)
    with pytest.raises(LeaseTaken):
        claim(world.unit_of_work, NAME, holder="worker-2", duration=LONG)


def test_a_lease_is_renewed_three_times_in_its_life_and_no_more(world: World) -> None:
    opened = []

    def counting() -> UnitOfWork:
        opened.append(1)
        return world.unit_of_work()

    wait(a_heartbeat(world, store=counting), world, seconds=60)
    assert len(opened) == 3


def test_waiting_ends_when_somebody_else_took_over(world: World) -> None:
    heartbeat = a_heartbeat(world)
    world.clock.advance(LONG * 2)
    claim(world.unit_of_work, NAME, holder="worker-2", duration=LONG)
    with pytest.raises(LeaseLost):
        wait(heartbeat, world, seconds=60)


def away_for(times: int, world: World, back: Callable[[], object]) -> OpenUnitOfWork:
    """A store that cannot be reached so often; then it calls *back*."""
    left = [Unavailable("The database is away.")] * times

    def open_store() -> UnitOfWork:
        if left:
            raise left.pop()
        back()
        return world.unit_of_work()

    return open_store


def test_a_store_that_is_away_while_the_cloud_is_waited_for_ends_nothing(world: World) -> None:
    answer = Event()
    store = away_for(3, world, back=answer.set)
    heartbeat = a_heartbeat(world, lease_duration=SHORT, store=store)
    assert heartbeat.wait_for(lambda: answer.wait(30))


def test_the_grace_begins_when_the_worker_is_told_and_not_anew(world: World) -> None:
    heartbeat = a_heartbeat(world)
    heartbeat.give_way_if_told()
    world.stopping.request()
    wait(heartbeat, world, seconds=9.5)
    world.clock.advance(timedelta(seconds=1))
    with pytest.raises(WorkStopped):
        heartbeat.give_way_if_told()


def test_whoever_is_to_give_way_asks_nothing_more(world: World) -> None:
    world.stopping.request()
    asked: list[int] = []
    with pytest.raises(WorkStopped):
        a_heartbeat(world).wait_for(lambda: asked.append(1))
    assert asked == []
