"""Workers and a beat that are killed and started anew, and have work to do all the time."""

import random
import signal
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Final

from adapters.embedded.child_process import ChildProcess
from application.use_cases.request_syncs import RequestSyncsRequest
from domain.accounts import Credential
from domain.jobs import JobRecord
from tests.reliability.building import Builder
from tests.reliability.ground import Ground
from tests.reliability.rig import QUEUES, Worker, a_beat, signalled, started_worker, stopped
from tests.waiting import soon

WORKERS: Final = (QUEUES, "terraform")
"""What each worker takes from: one does all there is, the other only what Terraform does."""
VICTIMS: Final = (*["child"] * 6, *["tree"] * 2, *["beat"] * 2)
"""What is killed during syncs, and again during runs of Terraform."""
AT_WORK: Final[Mapping[str, str]] = {
    "sync": "SELECT holder FROM leases WHERE expires_at > now() AND name LIKE 'sync:%'",
    "run": "SELECT holder FROM leases WHERE expires_at > now() AND name LIKE 'terraform:%'",
}
"""Who does it at this moment."""
LONGEST: Final = 1.0
"""Seconds from the moment when somebody is at it to the strike."""
TAKEN_OVER: Final = "SELECT name FROM leases WHERE name LIKE 'terraform:%' AND lapses > 0"


@dataclass(kw_only=True)
class Storm:
    """What is struck, and what it is to get done all the same."""

    ground: Ground
    credentials: list[Credential]
    builder: Builder
    chance: random.Random
    stack: ExitStack
    workers: dict[str, Worker] = field(default_factory=dict)
    """By the queues that they take from."""
    beat: ChildProcess | None = None
    started: int = 0
    seen: dict[tuple[int, int], JobRecord] = field(default_factory=dict)
    """How each occurrence of each credential's sync ended."""
    taken_over: set[str] = field(default_factory=set)
    """The leases on runs of Terraform whose holder died, by name."""

    def begin(self) -> list[tuple[str, str]]:
        """Start everything; return what is to be killed during what, in the order of chance."""
        self.replace_the_dead()
        self.beat = self._new_beat()
        strikes = [(during, what) for during in AT_WORK for what in VICTIMS]
        self.chance.shuffle(strikes)
        return strikes

    def strike(self, during: str, what: str) -> None:
        """Kill *what* at some moment while a worker is at a sync or a run of Terraform."""
        self.replace_the_dead()
        victim = self.chance.choice(self._at_work(during))
        time.sleep(self.chance.uniform(0.0, LONGEST))  # the moment is to be a random one
        match what:
            case "child":
                signalled(victim, signal.SIGKILL)
            case "tree":
                self._kill_tree_of(victim)
            case _:
                self._kill_beat()

    def _at_work(self, during: str) -> list[int]:
        """Keep all busy until somebody does such work; return the processes that do it."""
        found: list[int] = []

        def anybody() -> bool:
            self.go_on()
            pool = self._pool()
            holders = (int(who.split(":")[1]) for (who,) in self.ground.rows(AT_WORK[during]))
            found[:] = [pid for pid in holders if pid in pool]
            return bool(found)

        soon(anybody, patience=60)
        return found

    def _pool(self) -> list[int]:
        return [pid for worker in self.workers.values() for pid in worker.pool()]

    def replace_the_dead(self) -> None:
        """Start a new worker for each that is gone, as a supervisor does."""
        for queues in WORKERS:
            if queues not in self.workers or not self.workers[queues].alive:
                self.workers[queues] = self._new_worker(queues)

    def _kill_tree_of(self, victim: int) -> None:
        for worker in self.workers.values():
            if victim in worker.pool():
                worker.kill()

    def _kill_beat(self) -> None:
        assert self.beat is not None
        signalled(self.beat.pid, signal.SIGKILL)
        self.beat = self._new_beat()

    def _new_worker(self, queues: str) -> Worker:
        self.started += 1
        worker = started_worker(
            f"stormy-{self.started}",
            environment=self.ground.environment,
            folder=self.ground.folder,
            queues=queues,
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
        """Note what has ended, and ask for it again; have networks built and taken down."""
        self.builder.go_on()
        self.taken_over |= {name for (name,) in self.ground.rows(TAKEN_OVER)}
        ended = [each for each in self.credentials if self.ground.ended(each)]
        for credential in ended:
            record = self.ground.job(credential)
            self.seen[credential.id, record.occurrence] = record
        self.ask_for_syncs(*ended)

    def ask_for_syncs(self, *credentials: Credential) -> None:
        """Ask for the sync of each, as a person does; the workers are told at once."""
        ids = tuple(each.id for each in credentials)
        if ids:
            self.ground.service.request_syncs()(RequestSyncsRequest(credential_ids=ids))

    def report(self) -> str:
        """Say what became of the work meanwhile."""
        syncs = Counter(str(record.reason) for record in self.seen.values())
        runs = Counter(f"{run.action} {run.status}" for run in self.builder.runs())
        return f"Ended syncs, by reason: {dict(syncs)}; runs of Terraform: {dict(runs)}."
