"""Processes are killed at random while they sync; all the work is done, and done rightly."""

import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.embedded.child_process import ChildProcess
from domain.accounts import Credential
from domain.jobs import MOST_ATTEMPTS, JobRecord, JobStatus
from tests.integration.worker.rig import soon
from tests.reliability.ground import Ground, a_ground
from tests.reliability.rig import Worker, a_beat, a_worker, signalled, started_worker, stopped

KILLS = 20
CREDENTIALS = 8
SLOW = 0.05
"""Seconds for every answer of AWS, so that there is always a sync to be killed in."""


RUNNING = "SELECT 1 FROM sync_runs WHERE status = 'running'"


@pytest.fixture(scope="module")
def ground(environment: dict[str, str], folder: Path) -> Iterator[Ground]:
    with a_ground(environment, folder) as ground:
        yield ground


@dataclass(kw_only=True)
class Storm:
    """Two workers and a beat that are killed and started anew, and work for them all the time."""

    ground: Ground
    credentials: list[Credential]
    chance: random.Random
    stack: ExitStack
    workers: list[Worker] = field(default_factory=list)
    beat: ChildProcess | None = None
    started: int = 0
    seen: dict[tuple[int, int], JobRecord] = field(default_factory=dict)
    """How each occurrence of each credential's sync ended."""

    def begin(self) -> None:
        self.workers = [self._new_worker(), self._new_worker()]
        self.beat = self._new_beat()

    def strike(self) -> str:
        """Kill something, and return what."""
        self.replace_the_dead()
        soon(lambda: self._pool() and self.ground.rows(RUNNING), patience=60)
        what = self.chance.choices(["child", "tree", "beat"], weights=[15, 3, 2])[0]
        {"child": self._kill_child, "tree": self._kill_tree, "beat": self._kill_beat}[what]()
        return what

    def _kill_child(self) -> None:
        signalled(self.chance.choice(self._pool()), signal.SIGKILL)

    def _pool(self) -> list[int]:
        return [pid for worker in self.workers if worker.ready for pid in worker.pool()]

    def replace_the_dead(self) -> None:
        """Start a new worker for each that is gone, as a supervisor does."""
        self.workers = [each if each.alive else self._new_worker() for each in self.workers]

    def _kill_tree(self) -> None:
        self.chance.choice(self.workers).kill()
        self.replace_the_dead()

    def _kill_beat(self) -> None:
        assert self.beat is not None
        signalled(self.beat.pid, signal.SIGKILL)
        self.beat = self._new_beat()

    def _new_worker(self) -> Worker:
        self.started += 1
        name = f"stormy-{self.started}"
        worker = started_worker(
            name, environment=self.ground.environment, folder=self.ground.folder
        )
        self.stack.callback(lambda: stopped(worker.process))
        return worker

    def _new_beat(self) -> ChildProcess:
        self.started += 1
        name = f"beat-{self.started}"
        beat = a_beat(name, environment=self.ground.environment, folder=self.ground.folder)
        self.stack.callback(lambda: stopped(beat))
        return beat

    def go_on(self) -> None:
        """Note what has ended, and ask for it again."""
        ended = [each for each in self.credentials if self.ground.ended(each)]
        for credential in ended:
            record = self.ground.job(credential)
            self.seen[credential.id, record.occurrence] = record
        self.ground.ask_for(*ended)


@pytest.mark.timeout(400)
def test_after_twenty_kills_every_unit_of_work_has_ended_once_and_rightly(
    ground: Ground,
) -> None:
    seed = random.randrange(10**6)
    sys.stderr.write(f"The seed of this storm is {seed}.\n")
    ground.line.delay = SLOW
    with ExitStack() as stack:
        storm = Storm(
            ground=ground,
            credentials=ground.credentials(CREDENTIALS),
            chance=random.Random(seed),
            stack=stack,
        )
        storm.begin()
        stack.enter_context(ground.reconciled())
        struck: Counter[str] = Counter()
        for _ in range(KILLS):
            time.sleep(storm.chance.uniform(0.1, 1.2))  # the moment is to be a random one
            struck[storm.strike()] += 1
            storm.go_on()
        storm.replace_the_dead()
        reasons = Counter(str(record.reason) for record in storm.seen.values())
        sys.stderr.write(f"Struck {dict(struck)}; meanwhile ended: {dict(reasons)}.\n")
        ground.new_network()
        ground.line.delay = 0.0
        ground.two_minutes_later()  # for messages that dead workers had taken
        soon(lambda: ground.ended(*storm.credentials), patience=100)
        storm.go_on()
        soon(lambda: ground.ended(*storm.credentials), patience=100)

        ground.all_is_well(*storm.credentials)
        _each_ended_once(storm)


def _each_ended_once(storm: Storm) -> None:
    for credential in storm.credentials:
        last = storm.ground.job(credential)
        assert last.status is JobStatus.SUCCEEDED
        ended = {n: record for (of, n), record in storm.seen.items() if of == credential.id}
        assert max(ended) < last.occurrence
        failed = [record for record in ended.values() if record.status is JobStatus.FAILED]
        assert [each for each in failed if each.attempts < MOST_ATTEMPTS or not each.reason] == []
        done = Counter(storm.ground.runs(credential))
        assert done.keys() <= {"succeeded", "abandoned"}
        assert done["succeeded"] > len(ended) - len(failed)


@pytest.mark.timeout(120)
def test_without_a_reconciler_the_work_of_a_killed_worker_stays_undone(ground: Ground) -> None:
    ground.line.delay = SLOW
    [credential] = ground.credentials(1)
    with a_worker("lonely", environment=ground.environment, folder=ground.folder) as worker:
        ground.service.dispatch_jobs()()
        soon(lambda: ground.job(credential).status is JobStatus.RUNNING)
        worker.kill()
    ground.line.delay = 0.0
    held = "SELECT 1 FROM leases WHERE expires_at > now() AND name = 'sync:credential:{}'"
    soon(lambda: not ground.rows(held.format(credential.id)))

    assert ground.job(credential).status is JobStatus.RUNNING
    assert ground.inventory(credential) != ground.cloud()
