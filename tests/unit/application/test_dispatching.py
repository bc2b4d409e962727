"""Jobs are handed out fairly, and no more of them than the workers get through."""

from datetime import timedelta

import pytest

from application.dispatching import Dispatcher, Sending
from application.ports.errors import Unavailable
from application.use_cases.dispatch_jobs import DispatchJobs
from domain.jobs import Urgency
from tests.unit.application.background import (
    deliver,
    dispatch,
    job,
    queue_all,
)
from tests.unit.application.world import World


def test_no_more_is_under_way_than_the_workers_take(world: World) -> None:
    user = world.a_user()
    credentials = [world.a_credential(user) for _ in range(100)]
    queue_all(world)
    assert dispatch(world) == 16
    assert dispatch(world) == 0
    for credential in credentials[:16]:
        deliver(world, credential, job(world, credential).message_id)
    assert dispatch(world) == 32


def test_a_user_who_comes_late_waits_for_no_crowd(world: World) -> None:
    crowd = world.a_user()
    for _ in range(200):
        world.a_credential(crowd)
    queue_all(world)
    dispatch(world)
    late = world.a_credential()
    queue_all(world)
    for sent in list(world.jobs.jobs):
        with world.unit_of_work() as work:
            credential = work.credentials.get(sent.credential_id)  # type: ignore[union-attr]
        deliver(world, credential, job(world, credential).message_id)
    world.jobs.jobs.clear()
    dispatch(world)
    assert late.id in [sent.credential_id for sent in world.jobs.jobs[:2]]  # type: ignore[union-attr]


def test_what_could_not_be_sent_is_sent_the_next_time(world: World) -> None:
    world.a_credential()
    queue_all(world)
    world.jobs.fail_with(Unavailable("The broker is away."))
    with pytest.raises(Unavailable):
        dispatch(world)
    world.jobs.fail_with(None)
    assert dispatch(world) == 1


def test_a_message_that_nobody_took_is_sent_again_with_the_same_id(world: World) -> None:
    world.a_credential()
    queue_all(world)
    dispatch(world)
    world.clock.advance(timedelta(minutes=2, seconds=1))
    dispatch(world)
    first, second = world.jobs.jobs
    assert first == second


def test_what_a_full_queue_has_no_room_for_waits_and_the_report_counts_it(world: World) -> None:
    for _ in range(3):
        world.a_credential()
    queue_all(world)
    world.jobs.room = 0
    report = DispatchJobs(unit_of_work=world.unit_of_work, jobs=world.jobs)()
    assert (report.background, report.held_back) == (0, 3)
    world.jobs.room = None
    assert dispatch(world) == 3


def test_what_was_sent_before_the_queue_was_full_is_not_sent_once_more(world: World) -> None:
    user = world.a_user()
    for _ in range(250):
        world.a_credential(user)
    queue_all(world)
    world.jobs.room = 100
    sending = Dispatcher(unit_of_work=world.unit_of_work, jobs=world.jobs)
    assert sending.send(Urgency.BACKGROUND, limit=250) == Sending(sent=100, held_back=150)
    world.jobs.room = None
    assert sending.send(Urgency.BACKGROUND, limit=250) == Sending(sent=150)
    assert len(set(world.jobs.jobs)) == 250
