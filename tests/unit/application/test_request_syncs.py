"""Whoever asks for syncs learns what became of each."""

from datetime import timedelta

from application.ports.errors import Unavailable
from application.ports.job_queue import SyncCredentialJob
from application.use_cases.request_syncs import (
    RequestSyncs,
    RequestSyncsReport,
    RequestSyncsRequest,
    SyncWish,
)
from application.use_cases.sync_all_users import SyncAllUsers
from domain.accounts import Credential
from domain.jobs import JobKind, JobStatus, JobSubject, Urgency
from tests.unit.application.world import World

_A_THOUSAND = 1000
"""As many as one round sends of what people asked for."""


def ask(world: World, *credentials: Credential) -> RequestSyncsReport:
    use_case = RequestSyncs(unit_of_work=world.unit_of_work, jobs=world.jobs)
    return use_case(RequestSyncsRequest(credential_ids=tuple(each.id for each in credentials)))


def begin(world: World, credential: Credential) -> None:
    with world.unit_of_work() as work:
        job = work.jobs.find(JobSubject.of(credential, JobKind.SYNC_CREDENTIAL), for_update=True)
        assert job is not None
        work.jobs.save(job.begun(at=work.now()))
        work.commit()


def test_each_credential_is_told_apart(world: World) -> None:
    waiting, ended, running = (world.a_credential() for _ in range(3))
    SyncAllUsers(unit_of_work=world.unit_of_work)()
    world.sync(ended)
    begin(world, running)
    new = world.a_credential()

    report = ask(world, new, ended, waiting, running)

    assert report.wishes == {
        new.id: SyncWish.QUEUED,
        ended.id: SyncWish.QUEUED,
        waiting.id: SyncWish.URGENT,
        running.id: SyncWish.ALREADY_RUNNING,
    }
    assert report.queued == 2
    hurried, going_on = world.job(waiting), world.job(running)
    assert hurried is not None
    assert going_on is not None
    assert (hurried.status, hurried.urgency) == (JobStatus.QUEUED, Urgency.ASKED)
    assert going_on.status is JobStatus.RUNNING


def test_asking_twice_is_told_too(world: World) -> None:
    credential = world.a_credential()
    assert ask(world, credential).wishes == {credential.id: SyncWish.QUEUED}
    assert ask(world, credential).wishes == {credential.id: SyncWish.URGENT}


def test_what_the_workers_were_not_told_is_queued_all_the_same(world: World) -> None:
    credential = world.a_credential()
    world.jobs.fail_with(Unavailable("The message broker did not take the work."))
    report = ask(world, credential)
    assert (report.wishes[credential.id], report.handed_over) == (SyncWish.QUEUED, False)


def test_whoever_asks_waits_for_no_wish_of_somebody_else(world: World) -> None:
    earlier, later = world.a_credential(), world.a_credential()
    world.jobs.fail_with(Unavailable("The broker is away."))
    ask(world, earlier)
    world.jobs.fail_with(None)
    assert ask(world, later).handed_over
    sent = [each.credential_id for each in world.jobs.jobs if isinstance(each, SyncCredentialJob)]
    assert sent == [earlier.id, later.id]


def a_crowd(world: World) -> list[Credential]:
    """Return a thousand credentials whose owners asked for a sync when nobody could be told."""
    world.jobs.fail_with(Unavailable("The broker is away."))
    crowd = [world.a_credential() for _ in range(_A_THOUSAND)]
    ask(world, *crowd)
    world.jobs.fail_with(None)
    world.clock.advance(timedelta(seconds=1))
    return crowd


def test_whoever_comes_after_more_than_are_sent_at_a_time_is_told_that_nobody_knows(
    world: World,
) -> None:
    a_crowd(world)
    last = world.a_credential()
    assert not ask(world, last).handed_over
    assert len(world.jobs.jobs) == _A_THOUSAND
    assert ask(world, last).handed_over


def test_what_is_held_back_of_others_is_no_news_for_whoever_asks(world: World) -> None:
    first, *_, last = a_crowd(world)
    world.jobs.room = 1
    assert ask(world, first).handed_over
    assert not ask(world, first, last).handed_over
