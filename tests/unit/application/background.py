"""Short ways to have background work queued, sent and done."""

from datetime import timedelta

from adapters.fakes.clouds import FakeCloud
from application.ports.errors import (
    PortError,
)
from application.undertaking import Skip
from application.use_cases.dispatch_jobs import DispatchJobs
from application.use_cases.sync_all_users import SyncAllUsers
from application.use_cases.sync_credential import SyncCredentialRequest, SyncReport
from domain.accounts import Credential
from domain.jobs import JobRecord, MessageId
from tests.unit.application.world import World

LEASE = timedelta(seconds=90)


def queue_all(world: World) -> None:
    SyncAllUsers(unit_of_work=world.unit_of_work, spread=timedelta(0))()


def dispatch(world: World) -> int:
    return DispatchJobs(unit_of_work=world.unit_of_work, jobs=world.jobs)().background


def job(world: World, credential: Credential) -> JobRecord:
    found = world.job(credential)
    assert found is not None
    return found


def deliver(world: World, credential: Credential, message: MessageId | None) -> SyncReport:
    return world.sync_credential()(
        SyncCredentialRequest(
            user_id=credential.user_id, credential_id=credential.id, message=message
        )
    )


def failing(error: PortError) -> FakeCloud:
    cloud = FakeCloud()
    cloud.fail_account(error)
    return cloud


def die_while_syncing(
    world: World, credential: Credential, *, after: timedelta = LEASE + timedelta(seconds=1)
) -> None:
    """Begin the job and vanish, as a worker that is killed does."""
    request = SyncCredentialRequest(
        user_id=credential.user_id,
        credential_id=credential.id,
        message=job(world, credential).message_id,
    )
    sync = world.sync_credential()
    taken = sync._undertakings.take_up(job(world, credential).subject, request.message)
    assert not isinstance(taken, Skip)
    world.clock.advance(after)
