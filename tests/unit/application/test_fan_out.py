"""Hand the work of everybody over to the background."""

from datetime import timedelta

import pytest

from application.ports.errors import NotFound, Unavailable
from application.ports.job_queue import SyncCredentialJob
from application.use_cases.sync_all_users import SyncAllUsers
from application.use_cases.sync_user_resources import SyncUserRequest, SyncUserResources
from application.use_cases.update_all_cost_data import UpdateAllCostData
from domain.accounts import Credential, Provider, UserId
from domain.jobs import JobKind, JobRecord, JobStatus, JobSubject, MessageId, Urgency
from tests.unit.application.world import World


def sync_user(world: World) -> SyncUserResources:
    return SyncUserResources(unit_of_work=world.unit_of_work, jobs=world.jobs)


def disable(world: World, credential: Credential) -> None:
    with world.unit_of_work() as work:
        work.credentials.disable(credential.id, at=world.clock.now())
        work.commit()


@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
def test_each_active_credential_is_queued_once_however_the_pages_fall(
    world: World, page_size: int
) -> None:
    credentials = [world.a_credential() for _ in range(4)]
    disable(world, credentials[1])
    report = SyncAllUsers(unit_of_work=world.unit_of_work, page_size=page_size)()
    assert (report.credentials, report.queued) == (3, 3)
    assert world.job(credentials[1]) is None
    queued = [world.job(each) for each in credentials if each != credentials[1]]
    assert {job.status for job in queued if job} == {JobStatus.QUEUED}
    assert {job.urgency for job in queued if job} == {Urgency.BACKGROUND}


def test_what_waits_from_the_round_before_is_not_queued_again(world: World) -> None:
    world.a_credential()
    sync_all = SyncAllUsers(unit_of_work=world.unit_of_work)
    sync_all()
    assert sync_all().queued == 0


def test_a_new_credential_is_due_at_once_and_the_others_have_their_moment(world: World) -> None:
    credential = world.a_credential()
    sync_all = SyncAllUsers(unit_of_work=world.unit_of_work, spread=timedelta(minutes=8))
    sync_all()
    assert job(world, credential).due_at == world.clock.now()
    world.sync(credential)
    sync_all()
    waits = job(world, credential).due_at - world.clock.now()
    assert timedelta(0) < waits < timedelta(minutes=8)


def test_each_active_credential_of_a_user_is_asked_for_at_once(world: World) -> None:
    user = world.a_user()
    first, second, disabled = (world.a_credential(user) for _ in range(3))
    world.a_credential()
    disable(world, disabled)
    report = sync_user(world)(SyncUserRequest(user_id=user.id))
    assert report.queued == (first.id, second.id)
    assert report.disabled == (disabled.id,)
    assert world.jobs.jobs == [
        SyncCredentialJob(
            user_id=user.id,
            credential_id=each.id,
            provider=Provider.AWS,
            urgency=Urgency.ASKED,
            message=MessageId(f"sync:credential:{each.id}#1"),
        )
        for each in (first, second)
    ]


def test_what_a_person_asks_for_overtakes_what_waited_in_the_background(world: World) -> None:
    user = world.a_user()
    credential = world.a_credential(user)
    world.sync(credential)
    SyncAllUsers(unit_of_work=world.unit_of_work)()
    sync_user(world)(SyncUserRequest(user_id=user.id))
    assert job(world, credential).due_at == world.clock.now()
    assert len(world.jobs.jobs) == 1


def test_what_cannot_be_sent_is_queued_all_the_same(world: World) -> None:
    user = world.a_user()
    credential = world.a_credential(user)
    world.jobs.fail_with(Unavailable("The message broker did not take the work."))
    with pytest.raises(Unavailable):
        sync_user(world)(SyncUserRequest(user_id=user.id))
    assert job(world, credential).status is JobStatus.QUEUED
    assert job(world, credential).sent_at is None


def test_a_user_without_credentials_has_nothing_to_sync(world: World) -> None:
    user = world.a_user()
    assert sync_user(world)(SyncUserRequest(user_id=user.id)).queued == ()


def test_an_unknown_user_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        sync_user(world)(SyncUserRequest(user_id=UserId(404)))


def test_the_cost_of_every_active_credential_is_queued_once(world: World) -> None:
    user = world.a_user()
    credentials = [world.a_credential(user) for _ in range(4)]
    disable(world, credentials[1])
    report = UpdateAllCostData(unit_of_work=world.unit_of_work, page_size=2)()
    assert report.as_dict() == {"credentials": 3, "queued": 3}
    with world.unit_of_work() as work:
        jobs = [
            work.jobs.find(JobSubject.of(each, JobKind.UPDATE_COST_DATA)) for each in credentials
        ]
    assert [job is not None for job in jobs] == [True, False, True, True]


def job(world: World, credential: Credential) -> JobRecord:
    found = world.job(credential)
    assert found is not None
    return found
