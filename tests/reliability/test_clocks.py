"""The clock of one of two workers is off; everything is done in time, and nothing is done twice."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from domain.jobs import JobStatus
from tests.reliability.deliveries import HASTY, all_quiet, deliveries
from tests.reliability.ground import LEASE, Ground, a_ground
from tests.reliability.hurry import hurried
from tests.reliability.rig import Worker, a_worker, beating
from tests.waiting import soon

CLOCK = Path(__file__).parent / "clock"
TEN_MINUTES = 600
HALF_AN_HOUR = 1800
CREDENTIALS = 6
BOUND = 40
"""Seconds in which all syncs are done, with a clock that is off as with one that is not."""
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
def running(name: str, ground: Ground, *, ahead: int = 0) -> Iterator[Worker]:
    """Run a worker for all queues whose clock is so many seconds early, or late if below none."""
    clock = {"PYTHONPATH": str(CLOCK), "TEST_CLOCK_AHEAD": str(ahead)} if ahead else {}
    environment = {**patient(ground), **clock}
    with a_worker(name, app=HASTY, environment=environment, folder=ground.folder) as worker:
        yield worker


@dataclass(frozen=True, kw_only=True)
class Two:
    """A worker whose clock is right, and one whose clock is not."""

    punctual: Worker
    off: Worker

    def said(self) -> str:
        return self.punctual.said() + self.off.said()

    def deliveries(self, name: str) -> int:
        return deliveries(self.punctual, name) + deliveries(self.off, name)


@contextmanager
def two_workers(ground: Ground, *, ahead: int) -> Iterator[Two]:
    """Run both until the end of the block."""
    with running("punctual", ground) as punctual, running("off", ground, ahead=ahead) as off:
        yield Two(punctual=punctual, off=off)


def each_was_done_once(ground: Ground, two: Two, asked: Sequence[str]) -> None:
    """See that no message led to two syncs, and that there was no sync beside those."""
    soon(lambda: all_quiet(ground))
    syncs = Counter(SYNCED.findall(two.said()))
    assert set(syncs.values()) == {1}
    assert syncs.keys() >= set(asked)
    runs = ground.rows("SELECT status FROM sync_runs")
    assert runs == [("succeeded",)] * syncs.total()


@pytest.mark.timeout(200)
@pytest.mark.parametrize("ahead", [TEN_MINUTES, -TEN_MINUTES], ids=["early", "late"])
def test_beside_a_worker_that_is_ten_minutes_off_everything_is_done_once_and_in_time(
    ground: Ground, ahead: int
) -> None:
    ground.line.delay = 0.3
    credentials = ground.credentials(CREDENTIALS)
    asked = [ground.job(each).message_id for each in credentials]
    with two_workers(ground, ahead=ahead) as two:
        with beating(ground.environment, ground.folder), hurried(ground.database_url):
            soon(lambda: ground.ended(*credentials), patience=BOUND)

        each_was_done_once(ground, two, asked)
        assert EXPIRED not in two.said()
        assert max(two.deliveries(name) for name in asked) > 1, "it was to be handed out again"
        assert SYNCED.search(two.off.said()), "it was to have its part in it"


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("ahead", "gets_it_done"), [(TEN_MINUTES, True), (HALF_AN_HOUR, False)], ids=str
)
def test_only_a_worker_that_is_half_an_hour_early_drops_what_others_send(
    ground: Ground, ahead: int, gets_it_done: bool
) -> None:
    """The control: a clock that is off by more than messages live stops all there is."""
    [credential] = ground.credentials(1)
    with running("off", ground, ahead=ahead) as early:
        ground.service.dispatch_jobs()()
        soon(lambda: ground.ended(credential) or EXPIRED in early.said())
        soon(lambda: all_quiet(ground))

        job = ground.job(credential)
    assert (EXPIRED in early.said(), job.status is JobStatus.SUCCEEDED) == (
        not gets_it_done,
        gets_it_done,
    )
    assert ground.runs(credential) == ["succeeded"] * gets_it_done
