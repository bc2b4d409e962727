"""Jobs that are done once, tried again when it may help, and given up when it does not."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.fakes.clouds import FakeCloud
from application.ports.errors import (
    AccessDenied,
    LeaseLost,
    Postponed,
    Rejected,
    Throttled,
    Unavailable,
)
from application.rounds import urgent_sync
from application.undertaking import Skip
from application.use_cases.recover_jobs import RecoverJobs
from domain.accounts import AccountId
from domain.health import HealthStatus
from domain.jobs import MOST_ATTEMPTS, JobStatus, MessageId, Urgency
from domain.syncs import SyncStatus
from tests.unit.application.background import (
    LEASE,
    deliver,
    die_while_syncing,
    dispatch,
    failing,
    job,
    queue_all,
)
from tests.unit.application.world import World


def test_a_message_delivered_twice_is_one_sync(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    message = job(world, credential).message_id
    assert deliver(world, credential, message).run is not None
    again = deliver(world, credential, message)
    assert (again.run, again.skipped) == (None, Skip.ALREADY_DONE)
    assert again.as_dict()["status"] == "already_done"


def test_a_message_of_another_sender_delivered_twice_is_one_sync(world: World) -> None:
    credential = world.a_credential()
    foreign = MessageId("4711")
    assert deliver(world, credential, foreign).run is not None
    assert deliver(world, credential, foreign).skipped is Skip.ALREADY_DONE
    assert deliver(world, credential, MessageId("4712")).run is not None


def test_what_may_pass_is_tried_again_by_itself_and_later_each_time(world: World) -> None:
    credential = world.a_credential(cloud=failing(Unavailable("No answer.")))
    queue_all(world)
    waits = []
    for _ in range(MOST_ATTEMPTS - 1):
        with pytest.raises(Postponed, match="No answer"):
            deliver(world, credential, job(world, credential).message_id)
        waiting = job(world, credential)
        assert waiting.status is JobStatus.QUEUED
        waits.append(waiting.due_at - world.clock.now())
        assert dispatch(world) == 0
        world.clock.advance(waits[-1])
        assert dispatch(world) == 1
    assert waits[0] >= timedelta(minutes=1)
    assert waits[1] >= timedelta(minutes=2)
    with pytest.raises(Unavailable):
        deliver(world, credential, job(world, credential).message_id)
    ended = job(world, credential)
    assert (ended.status, ended.attempts) == (JobStatus.FAILED, MOST_ATTEMPTS)
    assert ended.reason == "No answer."


def test_nobody_comes_back_sooner_than_the_cloud_asked(world: World) -> None:
    credential = world.a_credential(cloud=failing(Throttled("Slow down.", retry_after=1000)))
    queue_all(world)
    message = job(world, credential).message_id
    with pytest.raises(Postponed):
        deliver(world, credential, message)
    assert job(world, credential).due_at >= world.clock.now() + timedelta(seconds=1000)
    assert deliver(world, credential, message).skipped is Skip.NOT_YET


def test_what_will_not_pass_is_given_up_at_once_with_its_reason(world: World) -> None:
    credential = world.a_credential(cloud=failing(AccessDenied("Not allowed.")))
    queue_all(world)
    with pytest.raises(AccessDenied):
        deliver(world, credential, job(world, credential).message_id)
    ended = job(world, credential)
    assert (ended.status, ended.reason) == (JobStatus.FAILED, "Not allowed.")


def test_a_sync_that_somebody_waits_for_is_not_tried_again_behind_their_back(
    world: World,
) -> None:
    credential = world.a_credential(cloud=failing(Unavailable("No answer.")))
    with pytest.raises(Unavailable):
        world.sync(credential)
    assert job(world, credential).status is JobStatus.FAILED


def test_a_sync_that_is_stopped_goes_back_to_the_queue_and_loses_no_attempt(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    credential = world.a_credential()
    queue_all(world)

    def stop(*_: object, **__: object) -> Iterator[object]:
        raise SystemExit

    monkeypatch.setattr(world.clouds, "inventory", stop)
    with pytest.raises(SystemExit):
        deliver(world, credential, job(world, credential).message_id)
    back = job(world, credential)
    assert (back.status, back.attempts) == (JobStatus.QUEUED, 0)
    assert dispatch(world) == 1


@pytest.mark.parametrize("waited_for", [False, True])
def test_a_sync_asked_for_while_one_runs_that_comes_to_nothing_is_done_after_it(
    world: World, monkeypatch: pytest.MonkeyPatch, *, waited_for: bool
) -> None:
    credential = world.a_credential()
    queue_all(world)
    message = None if waited_for else job(world, credential).message_id

    def ask_and_refuse(*_: object, **__: object) -> None:
        with world.unit_of_work() as work:
            work.jobs.request([urgent_sync(credential, at=work.now())])
            work.commit()
        raise AccessDenied("The old key is refused.")

    monkeypatch.setattr(world.clouds, "inventory", ask_and_refuse)
    with pytest.raises(Postponed, match="It is tried again"):
        deliver(world, credential, message)
    monkeypatch.undo()
    waiting = job(world, credential)
    assert (waiting.status, waiting.urgency) == (JobStatus.QUEUED, Urgency.ASKED)
    assert deliver(world, credential, waiting.message_id).run is not None
    assert job(world, credential).status is JobStatus.SUCCEEDED


def test_a_job_whose_worker_died_is_done_by_the_next_one(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    die_while_syncing(world, credential)
    assert RecoverJobs(unit_of_work=world.unit_of_work)().as_dict() == {
        "queued": 1,
        "given_up": 0,
    }
    assert dispatch(world) == 1
    run = deliver(world, credential, job(world, credential).message_id).run
    assert run is not None
    assert run.status is SyncStatus.SUCCEEDED


@pytest.mark.parametrize("found_by", ["recovery", "message"])
def test_a_job_that_kills_its_workers_is_given_up_and_health_says_so(
    world: World, found_by: str
) -> None:
    credential = world.a_credential()
    queue_all(world)
    message = job(world, credential).message_id
    for _ in range(MOST_ATTEMPTS):
        die_while_syncing(world, credential)
        if found_by == "recovery":
            report = RecoverJobs(unit_of_work=world.unit_of_work)()
    if found_by == "recovery":
        assert report.given_up == 1
    else:
        with pytest.raises(Rejected, match="died 3 times in a row"):
            deliver(world, credential, message)
        assert RecoverJobs(unit_of_work=world.unit_of_work)().given_up == 1
    assert world.health(credential).status is HealthStatus.ERROR
    ended = job(world, credential)
    assert ended.status is JobStatus.FAILED
    assert "died 3 times in a row" in (ended.reason or "")
    assert RecoverJobs(unit_of_work=world.unit_of_work)().given_up == 0


def test_a_deadly_job_that_a_person_asked_for_meanwhile_tells_the_deaths_and_goes_on(
    world: World,
) -> None:
    credential = world.a_credential()
    queue_all(world)
    message = job(world, credential).message_id
    for _ in range(MOST_ATTEMPTS):
        die_while_syncing(world, credential)
    with world.unit_of_work() as work:
        work.jobs.request([urgent_sync(credential, at=work.now())])
        work.commit()
    with pytest.raises(Rejected, match="died 3 times in a row") as refused:
        deliver(world, credential, message)
    assert "queued anew" in str(refused.value)
    assert "given up" not in str(refused.value)
    assert RecoverJobs(unit_of_work=world.unit_of_work)().queued == 1


def test_a_job_that_somebody_works_on_is_left_alone(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    die_while_syncing(world, credential, after=LEASE - timedelta(seconds=1))
    assert RecoverJobs(unit_of_work=world.unit_of_work)().queued == 0


def test_a_worker_that_was_late_and_not_dead_cannot_spoil_the_job(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    record = job(world, credential)
    taken = world.sync_credential()._undertakings.take_up(record.subject, record.message_id)
    assert not isinstance(taken, Skip)
    world.clock.advance(LEASE + timedelta(seconds=1))
    RecoverJobs(unit_of_work=world.unit_of_work)()
    with world.unit_of_work() as work, pytest.raises(LeaseLost):
        work.leases.renew(taken.lease, duration=LEASE)
    with pytest.raises(ZeroDivisionError), taken.recorded():
        raise ZeroDivisionError
    assert job(world, credential).status is JobStatus.QUEUED


def test_a_sync_at_the_terminal_does_not_lose_what_the_background_waits_for(world: World) -> None:
    credential = world.a_credential(cloud=failing(Unavailable("No answer.")))
    queue_all(world)
    with pytest.raises(Postponed, match="No answer"):
        world.sync(credential)
    assert job(world, credential).status is JobStatus.QUEUED


def test_a_sync_that_is_cut_off_says_so(world: World) -> None:
    class SoftTimeLimitExceeded(Exception):
        """As the queue's own is called."""

    class EndlessCloud(FakeCloud):
        def account_id(self) -> AccountId:
            raise SoftTimeLimitExceeded

    credential = world.a_credential(cloud=EndlessCloud())
    queue_all(world)
    with pytest.raises(SoftTimeLimitExceeded):
        deliver(world, credential, job(world, credential).message_id)
    assert job(world, credential).reason == "It took too long and was cut off."


def test_what_a_person_asks_for_meanwhile_stays_urgent_when_it_is_tried_again(
    world: World,
) -> None:
    credential = world.a_credential()
    queue_all(world)
    record = job(world, credential)
    taken = world.sync_credential()._undertakings.take_up(record.subject, record.message_id)
    assert not isinstance(taken, Skip)
    with world.unit_of_work() as work:
        work.jobs.request([urgent_sync(credential, at=world.clock.now())])
        work.commit()
    with pytest.raises(Postponed), taken.recorded():
        raise Unavailable("No answer.")
    assert job(world, credential).urgency is Urgency.ASKED


def test_what_a_person_asks_for_meanwhile_is_done_once_more_after_a_success(world: World) -> None:
    credential = world.a_credential()
    queue_all(world)
    first = job(world, credential)
    taken = world.sync_credential()._undertakings.take_up(first.subject, first.message_id)
    assert not isinstance(taken, Skip)
    with world.unit_of_work() as work:
        work.jobs.request([urgent_sync(credential, at=world.clock.now())])
        work.commit()
    with taken.recorded():
        pass
    again = job(world, credential)
    assert (again.status, again.urgency) == (JobStatus.QUEUED, Urgency.ASKED)
    assert deliver(world, credential, again.message_id).run is not None
    assert job(world, credential).status is JobStatus.SUCCEEDED
    assert deliver(world, credential, first.message_id).skipped is Skip.ALREADY_DONE
