"""Work that kills whoever does it is given up, and nobody else waits for it."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.jobs import JobStatus
from entrypoints.sandbox.aws.replay import Recorded, ReplayServer
from entrypoints.sandbox.aws.wire import Reply, Request
from tests.broker import redis_client
from tests.reliability.ground import Ground, a_ground
from tests.reliability.rig import Worker, a_worker, signalled
from tests.waiting import soon


@pytest.fixture(scope="module")
def ground(environment: dict[str, str], folder: Path) -> Iterator[Ground]:
    with a_ground(environment, folder) as ground:
        yield ground


@pytest.fixture(scope="module")
def worker(ground: Ground) -> Iterator[Worker]:
    with (
        a_worker("poisoned", environment=ground.environment, folder=ground.folder) as worker,
        ground.reconciled(),
    ):
        yield worker


class Poison:
    """A cloud whose answers are the death of the process that asks, as often as is said."""

    def __init__(self, ground: Ground, *, deaths: int) -> None:
        self._ground = ground
        self._deaths = deaths
        self._cloud = Recorded(ground.aws.endpoint, remember=False)
        self._killed: set[str] = set()
        self.server = ReplayServer(self._answer)
        self.credential = 0

    def _answer(self, request: Request) -> Reply:
        name = f"sync:credential:{self.credential}"
        held = f"SELECT holder FROM leases WHERE expires_at > now() AND name = '{name}'"
        for (holder,) in self._ground.rows(held):
            if holder in self._killed or len(self._killed) < self._deaths:
                self._killed.add(holder)
                _host, pid, _chance = holder.split(":")
                signalled(int(pid), signal.SIGKILL)
        return self._cloud(request)


@pytest.fixture
def poison(ground: Ground, request: pytest.FixtureRequest) -> Iterator[Poison]:
    poison = Poison(ground, deaths=request.param)
    poison.server.start()
    yield poison
    poison.server.stop()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("poison", [1_000_000], indirect=True, ids=["always"])
def test_a_poison_task_fails_after_its_attempts_and_the_others_are_done(
    ground: Ground, worker: Worker, poison: Poison
) -> None:
    main = worker.process.pid
    poison.credential = ground.rows("SELECT count(*) + 1 FROM credentials")[0][0]
    [deadly] = ground.credentials(1, endpoint=poison.server.endpoint)
    others = ground.credentials(4)

    soon(lambda: ground.ended(*others), patience=100)
    soon(lambda: ground.ended(deadly), patience=100)

    asked = len(poison.server.requests)
    soon(lambda: len(worker.pool()) == 2)
    assert worker.alive and worker.process.pid == main
    with redis_client(ground.environment["CELERY_BROKER_URL"]) as broker:
        soon(lambda: broker.llen("sync") == 0)
    assert {ground.job(each).status for each in others} == {JobStatus.SUCCEEDED}
    given_up = ground.job(deadly)
    assert (given_up.status, given_up.attempts) == (JobStatus.FAILED, 3)
    assert given_up.reason is not None and "died 3 times" in given_up.reason
    assert ground.runs(deadly) == ["abandoned"] * 3
    [(told,)] = ground.rows(
        f"SELECT whole::text FROM provider_health AS whole WHERE credential_id = {deadly.id}"
    )
    assert "died 3 times" in told
    assert len(poison.server.requests) == asked, "nobody was to take it up again"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("poison", [2], indirect=True, ids=["twice"])
def test_who_dies_twice_is_followed_by_one_who_does_the_work(
    ground: Ground, worker: Worker, poison: Poison
) -> None:
    poison.credential = ground.rows("SELECT count(*) + 1 FROM credentials")[0][0]
    [unlucky] = ground.credentials(1, endpoint=poison.server.endpoint)

    soon(lambda: ground.ended(unlucky), patience=100)

    done = ground.job(unlucky)
    assert (done.status, done.attempts) == (JobStatus.SUCCEEDED, 3)
    assert ground.runs(unlucky) == ["abandoned", "abandoned", "succeeded"]
    assert ground.inventory(unlucky) == ground.cloud()
