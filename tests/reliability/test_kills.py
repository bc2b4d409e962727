"""Processes are killed at random while they sync and build; all is done, once and rightly."""

import random
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from domain.jobs import MOST_ATTEMPTS, JobStatus
from domain.provisioning import RunStatus
from tests.reliability.building import Builder, with_providers
from tests.reliability.ground import HELD, Ground, a_ground
from tests.reliability.hurry import hurried, minutes_pass
from tests.reliability.rig import a_worker
from tests.reliability.storm import Storm
from tests.waiting import soon

KILLS = 20
CREDENTIALS = 6
SLOW = 0.05
"""Seconds for every answer of AWS, so that there is always a sync to be killed in."""
SLOWLY_BUILT = {"*.create": 0.4, "*.delete": 0.2}
"""Seconds between the moment when something is there and that when Terraform knows it."""


@pytest.fixture
def ground(fresh_environment: dict[str, str], tmp_path: Path) -> Iterator[Ground]:
    with a_ground(with_providers(fresh_environment, tmp_path), tmp_path) as ground:
        yield ground


@pytest.fixture
def builder(ground: Ground) -> Builder:
    [credential] = ground.credentials(1, endpoint=ground.aws.endpoint)
    return Builder(ground=ground, credential=credential)


@pytest.mark.timeout(400)
def test_after_twenty_kills_every_unit_of_work_has_ended_once_and_rightly(
    ground: Ground, builder: Builder
) -> None:
    seed = random.randrange(10**6)
    sys.stderr.write(f"The seed of this storm is {seed}.\n")
    ground.line.delay = SLOW
    builder.slow_down(SLOWLY_BUILT)
    with ExitStack() as stack:
        storm = Storm(
            ground=ground,
            credentials=ground.credentials(CREDENTIALS),
            builder=builder,
            chance=random.Random(seed),
            stack=stack,
        )
        strikes = storm.begin()
        stack.enter_context(hurried(ground.database_url))
        for during, what in strikes:
            storm.strike(during, what)
        assert len(strikes) == KILLS
        sys.stderr.write(f"{storm.report()}\n")
        the_storm_is_over(storm)

        builder.all_is_well()
        ground.all_is_well(*storm.credentials, builder.credential)
        _each_sync_ended_once(storm)
        _both_kinds_were_struck(storm)


def the_storm_is_over(storm: Storm) -> None:
    """Wait until all that was asked for has ended, and ask for every sync once more."""
    storm.replace_the_dead()
    storm.ground.line.delay = 0.0
    storm.builder.slow_down({})
    soon(storm.builder.satisfied, patience=150)
    everyone = (*storm.credentials, storm.builder.credential)
    soon(lambda: storm.ground.ended(*everyone), patience=100)
    storm.ground.new_network()
    storm.ask_for_syncs(*everyone)
    soon(lambda: storm.ground.ended(*everyone), patience=100)


def _each_sync_ended_once(storm: Storm) -> None:
    for credential in storm.credentials:
        last = storm.ground.job(credential)
        ended = {n: record for (of, n), record in storm.seen.items() if of == credential.id}
        assert max(ended, default=0) < last.occurrence
        failed = [record for record in ended.values() if record.status is JobStatus.FAILED]
        assert [each for each in failed if each.attempts < MOST_ATTEMPTS or not each.reason] == []
        done = Counter(storm.ground.runs(credential))
        assert done.keys() <= {"succeeded", "abandoned"}
        assert done["succeeded"] > len(ended) - len(failed)


def _both_kinds_were_struck(storm: Storm) -> None:
    """See that the storm was one: whoever was at a sync or a run was followed by another."""
    assert storm.ground.rows("SELECT 1 FROM sync_runs WHERE status = 'abandoned'")
    assert storm.taken_over


@pytest.mark.timeout(120)
def test_without_beat_the_work_of_a_killed_worker_stays_undone(
    ground: Ground, builder: Builder
) -> None:
    ground.line.delay = 0.5
    builder.slow_down({"*.create": 5.0})
    [credential] = ground.credentials(1)
    with a_worker("lonely", environment=ground.environment, folder=ground.folder) as worker:
        work = {f"terraform:resource:{builder.ask()}", f"sync:credential:{credential.id}"}
        ground.service.dispatch_jobs()()
        soon(lambda: at_work(ground) >= work)
        worker.kill()
    ground.line.delay = 0.0
    soon(lambda: at_work(ground) == set())
    minutes_pass(ground.database_url)

    with a_worker("next", environment=ground.environment, folder=ground.folder):
        assert ground.job(credential).status is JobStatus.RUNNING
        assert ground.inventory(credential) != ground.cloud()
        assert [run.status is RunStatus.APPLIED for run in builder.runs()] == [False]


def at_work(ground: Ground) -> set[str]:
    """Return the names of what somebody is at."""
    return {str(name) for name, _ in ground.rows(HELD)}
