"""The clock of one worker is ten minutes off; everything is done, and nothing is done twice."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.accounts import Credential
from domain.jobs import JobStatus
from tests.integration.worker.rig import soon
from tests.reliability.deliveries import HASTY, all_quiet, deliveries
from tests.reliability.ground import LEASE, Ground, a_ground
from tests.reliability.hurry import hurried
from tests.reliability.rig import QUEUES, Worker, a_worker, beating

CLOCK = Path(__file__).parent / "clock"
TEN_MINUTES = 600
CREDENTIALS = 6
EXPIRED = "Discarding revoked task"
"""What Celery says of a message that came too late."""
SYNCED = re.compile(r"\[(sync:credential:\d+#\d+)\] succeeded in [^{]+{[^}]*'status': 'succeeded'")
"""What a worker says of a message that led to a sync, and not to `already_done` or the like."""


@pytest.fixture
def ground(fresh_environment: dict[str, str], tmp_path: Path) -> Iterator[Ground]:
    with a_ground(fresh_environment, tmp_path) as ground:
        yield ground


def patient(ground: Ground) -> dict[str, str]:
    """Return the settings of workers of whom none is taken for dead.

    A message that one of them holds for a minute is handed out again, which to a clock that is
    off is every message.
    """
    return {**ground.environment, LEASE: "60", "MULTICLOUD_VISIBILITY_TIMEOUT_SECONDS": "60"}


@contextmanager
def running(name: str, ground: Ground, *, ahead: int = 0, queues: str = QUEUES) -> Iterator[Worker]:
    """Run a worker whose clock is so many seconds early, or late if they are fewer than none."""
    clock = {"PYTHONPATH": str(CLOCK), "TEST_CLOCK_AHEAD": str(ahead)} if ahead else {}
    with a_worker(
        name,
        app=HASTY,
        environment={**patient(ground), **clock},
        folder=ground.folder,
        queues=queues,
    ) as worker:
        yield worker


@dataclass(frozen=True, kw_only=True)
class Two:
    """A worker whose clock is right, and one whose clock is not."""

    punctual: Worker
    off: Worker

    def deliveries(self, name: str) -> int:
        return deliveries(self.punctual, name) + deliveries(self.off, name)

    def done_by_the_one_that_is_off(self, name: str) -> bool:
        return f"[{name}] succeeded" in self.off.said()


@contextmanager
def two_workers(ground: Ground, *, ahead: int, queues: str = QUEUES) -> Iterator[Two]:
    """Run both until the end of the block."""
    with (
        running("punctual", ground, queues=queues) as punctual,
        running("off", ground, ahead=ahead, queues=queues) as off,
    ):
        yield Two(punctual=punctual, off=off)


def names(ground: Ground, credentials: list[Credential]) -> list[str]:
    """Return what the messages are called that ask for the sync of each."""
    return [ground.job(each).message_id for each in credentials]


def each_was_done_once(ground: Ground, two: Two, asked: list[str]) -> None:
    """See that no message led to two syncs, and that there was no sync beside those."""
    soon(lambda: all_quiet(ground))
    syncs = Counter(SYNCED.findall(two.punctual.said() + two.off.said()))
    assert set(syncs.values()) == {1}
    assert syncs.keys() >= set(asked)
    runs = ground.rows("SELECT status FROM sync_runs")
    assert runs == [("succeeded",)] * syncs.total()


@pytest.mark.timeout(300)
def test_beside_a_worker_that_is_ten_minutes_early_everything_is_done_once(
    ground: Ground,
) -> None:
    ground.line.delay = 0.3
    credentials = ground.credentials(CREDENTIALS)
    asked = names(ground, credentials)
    with (
        running("keeper", ground, queues="celery,terraform"),  # sends what is due
        two_workers(ground, ahead=TEN_MINUTES, queues="sync") as two,
    ):
        with beating(ground.environment, ground.folder), hurried(ground.database_url):
            soon(lambda: ground.ended(*credentials), patience=120)

        each_was_done_once(ground, two, asked)
        assert EXPIRED in two.off.said()
        assert max(two.deliveries(name) for name in asked) > 1
        assert not any(two.done_by_the_one_that_is_off(name) for name in asked)


@pytest.mark.timeout(120)
def test_a_worker_that_is_ten_minutes_early_gets_nothing_done_alone(ground: Ground) -> None:
    """The control: it drops what it takes, so it is the other one that gets the work done."""
    [credential] = ground.credentials(1)
    with running("off", ground, ahead=TEN_MINUTES) as early:
        ground.service.dispatch_jobs()()
        soon(lambda: EXPIRED in early.said() and all_quiet(ground))

        job = ground.job(credential)
    assert (job.status, job.attempts, ground.runs(credential)) == (JobStatus.QUEUED, 0, [])


@pytest.mark.timeout(300)
def test_beside_a_worker_that_is_ten_minutes_late_everything_is_done_once(ground: Ground) -> None:
    ground.line.delay = 0.3
    credentials = ground.credentials(CREDENTIALS)
    asked = names(ground, credentials)
    with two_workers(ground, ahead=-TEN_MINUTES) as two:
        with beating(ground.environment, ground.folder), hurried(ground.database_url):
            soon(lambda: ground.ended(*credentials), patience=120)

        each_was_done_once(ground, two, asked)
        assert EXPIRED not in two.off.said()
        assert max(two.deliveries(name) for name in asked) > 1, "it was to be handed out again"
        assert any(two.done_by_the_one_that_is_off(name) for name in asked)
