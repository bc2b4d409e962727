"""Hand the work of everybody over to the background."""

import pytest

from application.ports.errors import NotFound
from application.ports.job_queue import SyncCredentialJob, SyncUserJob, UpdateCostDataJob
from application.use_cases.sync_all_users import SyncAllUsers
from application.use_cases.sync_user_resources import SyncUserRequest, SyncUserResources
from application.use_cases.update_all_cost_data import UpdateAllCostData
from domain.accounts import Provider, UserId
from tests.unit.application.world import World


def sync_user(world: World) -> SyncUserResources:
    return SyncUserResources(unit_of_work=world.unit_of_work, jobs=world.jobs)


def test_every_user_is_handed_over_once_however_the_pages_fall(world: World) -> None:
    users = [world.a_user() for _ in range(7)]
    report = SyncAllUsers(unit_of_work=world.unit_of_work, jobs=world.jobs, page_size=3)()
    assert report.users == 7
    assert world.jobs.jobs == [SyncUserJob(user_id=user.id) for user in users]


@pytest.mark.parametrize("users", [0, 3, 6])
def test_a_last_page_that_is_full_or_empty_loses_and_doubles_nobody(
    world: World, users: int
) -> None:
    for _ in range(users):
        world.a_user()
    assert SyncAllUsers(unit_of_work=world.unit_of_work, jobs=world.jobs, page_size=3)().users == (
        users
    )


def test_each_active_credential_of_a_user_is_work_of_its_own(world: World) -> None:
    user = world.a_user()
    first, second, disabled = (world.a_credential(user) for _ in range(3))
    world.a_credential()
    with world.unit_of_work() as work:
        work.credentials.disable(disabled.id, at=world.clock.now())
        work.commit()
    report = sync_user(world)(SyncUserRequest(user_id=user.id))
    assert report.queued == (first.id, second.id)
    assert report.disabled == (disabled.id,)
    assert world.jobs.jobs == [
        SyncCredentialJob(user_id=user.id, credential_id=each.id, provider=Provider.AWS)
        for each in (first, second)
    ]


def test_a_user_without_credentials_has_nothing_to_sync(world: World) -> None:
    user = world.a_user()
    assert sync_user(world)(SyncUserRequest(user_id=user.id)).queued == ()


def test_an_unknown_user_is_not_found(world: World) -> None:
    with pytest.raises(NotFound):
        sync_user(world)(SyncUserRequest(user_id=UserId(404)))


@pytest.mark.parametrize("page_size", [1, 2, 3, 1000])
def test_the_cost_of_every_active_credential_is_handed_over_once(
    world: World, page_size: int
) -> None:
    user = world.a_user()
    credentials = [world.a_credential(user) for _ in range(4)]
    with world.unit_of_work() as work:
        work.credentials.disable(credentials[1].id, at=world.clock.now())
        work.commit()
    update = UpdateAllCostData(
        unit_of_work=world.unit_of_work, jobs=world.jobs, page_size=page_size
    )
    assert update().credentials == 3
    assert world.jobs.jobs == [
        UpdateCostDataJob(user_id=user.id, credential_id=credential.id)
        for credential in credentials
        if credential != credentials[1]
    ]
