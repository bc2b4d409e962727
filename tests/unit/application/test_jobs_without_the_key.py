"""A worker with the wrong key leaves jobs to those who have the right one."""

from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest

from application.dispatching import LOST_AFTER
from application.ports.errors import WrongKey
from application.undertaking import Undertakings
from domain.accounts import Credential
from domain.jobs import JobKind, JobStatus, JobSubject, MessageId
from tests.unit.application.background import LEASE, deliver, dispatch, job, queue_all
from tests.unit.application.world import World

A_MOMENT = timedelta(seconds=1)


def refuse() -> NoReturn:
    raise WrongKey("The key does not open it.", remedy="Take the right one.")


def take_up_with_the_wrong_key(
    world: World, credential: Credential, message: MessageId | None
) -> None:
    undertakings = Undertakings(
        unit_of_work=world.unit_of_work,
        holder="foreign",
        lease_duration=LEASE,
        prove_key=refuse,
    )
    with pytest.raises(WrongKey):
        undertakings.take_up(JobSubject.of(credential, JobKind.SYNC_CREDENTIAL), message)


def test_it_waits_on_uncounted_and_says_why(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    before = job(world, credential)
    take_up_with_the_wrong_key(world, credential, before.message_id)
    said = "A worker refused to begin it: The key does not open it. Take the right one."
    assert job(world, credential) == replace(before, reason=said)


def test_it_is_sent_again_and_done_by_whoever_has_the_right_key(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    assert dispatch(world) == 1
    for _ in range(5):
        take_up_with_the_wrong_key(world, credential, job(world, credential).message_id)
        assert dispatch(world) == 0
        world.clock.advance(LOST_AFTER + A_MOMENT)
        assert dispatch(world) == 1
    assert deliver(world, credential, job(world, credential).message_id).run is not None
    done = job(world, credential)
    assert (done.status, done.attempts, done.reason) == (JobStatus.SUCCEEDED, 1, None)


def test_one_that_is_done_by_somebody_else_meanwhile_is_not_touched(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    message = job(world, credential).message_id
    deliver(world, credential, message)
    done = job(world, credential)
    take_up_with_the_wrong_key(world, credential, message)
    assert job(world, credential) == done


def test_a_person_who_waits_is_told_it_and_nothing_is_written(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    before = job(world, credential)
    take_up_with_the_wrong_key(world, credential, None)
    assert job(world, credential) == before
