"""What a person asks for overtakes the background, and nobody's crowd starves the others."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.queue.celery_queue import CeleryJobQueue
from adapters.queue.room import MOST_WAITING
from application.ports.job_queue import SyncCredentialJob
from application.use_cases.sync_user_resources import SyncUserRequest
from domain.accounts import Credential, CredentialId, CredentialName, Provider, UserId
from domain.jobs import JobKind, JobRequest, JobStatus, JobSubject, Urgency
from tests.broker import lists_of, redis_client
from tests.reliability.ground import Ground, a_ground
from tests.reliability.rig import Worker, a_worker
from tests.waiting import soon

BACKLOG = 10_000
FULL = MOST_WAITING - 1
"""As many as leave room for just one more."""
SECONDS = 20.0
"""Far below the minutes that the backlog takes; one sync of the sandbox takes one or two."""


@pytest.fixture(scope="module")
def ground(environment: dict[str, str], folder: Path) -> Iterator[Ground]:
    with a_ground(environment, folder) as ground:
        yield ground


@pytest.fixture(scope="module", autouse=True)
def worker(environment: dict[str, str], folder: Path) -> Iterator[Worker]:
    """One worker with one process: whatever it does keeps everything else waiting."""
    with a_worker("only", environment=environment, folder=folder, options=("-c", "1")) as worker:
        yield worker


def waiting(ground: Ground) -> int:
    with redis_client(ground.environment["CELERY_BROKER_URL"]) as client:
        return sum(client.llen(name) for name in lists_of("sync"))


def pile_up(ground: Ground, number: int, urgency: Urgency) -> None:
    """Put messages into the queue that each keep a worker for a moment, and do nothing."""
    CeleryJobQueue(ground.service.sender(), most_waiting=2 * number).enqueue(
        SyncCredentialJob(
            user_id=UserId(10**6),
            credential_id=CredentialId(10**6 + each),
            provider=Provider.AWS,
            urgency=urgency,
        )
        for each in range(number)
    )


def ask(ground: Ground, credential: Credential) -> None:
    ground.service.sync_user_resources()(SyncUserRequest(user_id=credential.user_id))


def clear(ground: Ground) -> None:
    with redis_client(ground.environment["CELERY_BROKER_URL"]) as client:
        client.delete(*lists_of("sync"))


@pytest.mark.timeout(120)
def test_a_sync_that_a_person_asks_for_overtakes_ten_thousand_in_the_background(
    ground: Ground,
) -> None:
    (credential,) = ground.credentials(1)
    pile_up(ground, BACKLOG, Urgency.BACKGROUND)
    ask(ground, credential)
    soon(lambda: ground.job(credential).status is JobStatus.SUCCEEDED, patience=SECONDS)
    left = waiting(ground)
    clear(ground)
    assert left > BACKLOG / 2


@pytest.mark.timeout(120)
def test_behind_many_of_its_own_urgency_it_waits(ground: Ground) -> None:
    """The control: it is the urgency that lets the test above pass."""
    (credential,) = ground.credentials(1)
    pile_up(ground, FULL, Urgency.ASKED)
    ask(ground, credential)
    time.sleep(SECONDS / 4)
    status, left = ground.job(credential).status, waiting(ground)
    clear(ground)
    assert left > 0
    assert status is JobStatus.QUEUED


@pytest.mark.timeout(120)
def test_a_user_with_two_hundred_credentials_does_not_starve_one_who_comes_later(
    ground: Ground,
) -> None:
    first, late = ground.credentials(2)
    soon(lambda: dispatched(ground) and ground.ended(first, late), patience=SECONDS)
    crowd = copies(ground, first, 200)
    queue(ground, *crowd)
    dispatched(ground)
    queue(ground, late)
    soon(lambda: dispatched(ground) and ground.ended(late), patience=60)
    done = sum(ground.job(each).status is JobStatus.SUCCEEDED for each in crowd)
    clear(ground)
    assert len(ground.runs(late)) == 2
    assert done < 60


def dispatched(ground: Ground) -> bool:
    """Send what is due, as beat has it done."""
    ground.service.dispatch_jobs()()
    return True


def copies(ground: Ground, credential: Credential, number: int) -> list[Credential]:
    """Add so many credentials for the same account to the user of *credential*."""
    with ground.service.unit_of_work() as work:
        secret = work.credentials.secret(credential.id)
        made = [
            work.credentials.add(
                user_id=credential.user_id,
                provider=credential.provider,
                name=CredentialName(f"copy {each}"),
                secret=secret,
                at=work.now(),
            )
            for each in range(number)
        ]
        work.commit()
    return made


def queue(ground: Ground, *credentials: Credential) -> None:
    with ground.service.unit_of_work() as work:
        now = work.now()
        work.jobs.request(
            JobRequest(
                subject=JobSubject.of(each, JobKind.SYNC_CREDENTIAL),
                urgency=Urgency.BACKGROUND,
                due_at=now,
            )
            for each in credentials
        )
        work.commit()
