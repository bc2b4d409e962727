"""Beat, the dispatcher, the queue and the workers of a service, on a clock that jumps.

Ours are the rounds and their spread (`SyncAllUsers`), the dispatcher (`DispatchJobs`), the jobs
and how they move (`JobRecord`), when it is whose turn (`ENTRIES`), and the bound of the queue
(`MOST_WAITING`). Made up are how long a sync takes, and that a message arrives at once.
"""

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count, islice
from math import ceil, log
from random import Random

from adapters.fakes.clock import FakeClock
from adapters.queue.celery_queue import BATCH_SIZE, JOB_EXPIRES
from adapters.queue.room import MOST_WAITING
from application.ports.job_queue import Job, JobQueue, SyncCredentialJob
from application.ports.unit_of_work import OpenUnitOfWork
from application.use_cases.dispatch_jobs import DispatchJobs
from application.use_cases.sync_all_users import SPREAD, SyncAllUsers
from domain.accounts import CredentialId
from domain.jobs import JobKind, JobStatus, JobSubject
from domain.schedule import EntryName
from entrypoints.worker.schedule import ENTRIES

ROUND = ENTRIES[EntryName("sync everybody")].every
DISPATCH = ENTRIES[EntryName("send jobs that are due")].every


class BoundedQueue(JobQueue):
    """A queue with as much room as ours: `CeleryJobQueue` looks before each hundred too."""

    def __init__(self) -> None:
        self.messages: deque[SyncCredentialJob] = deque()
        self.most = 0
        """How many ever waited at a time."""

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Take *jobs* as long as there is room."""
        remaining = iter(jobs)
        taken = 0
        while len(self.messages) < MOST_WAITING and (batch := [*islice(remaining, BATCH_SIZE)]):
            self.messages.extend(job for job in batch if isinstance(job, SyncCredentialJob))
            taken += len(batch)
        self.most = max(self.most, len(self.messages))
        return taken


@dataclass(frozen=True, slots=True)
class Start:
    """A sync that was begun."""

    at: datetime
    delay: float
    """Seconds since it was due."""
    credential_id: CredentialId


class Service:
    """As many workers as it is given, each of which does one sync at a time."""

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        clock: FakeClock,
        workers: int,
        seconds: Callable[[], float],
        spread: timedelta = SPREAD,
    ) -> None:
        """*seconds* tells how long the next sync takes."""
        self.starts: list[Start] = []
        self.queue = BoundedQueue()
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._workers = self._idle = workers
        self._seconds = seconds
        self._round = SyncAllUsers(unit_of_work=unit_of_work, spread=spread)
        self._dispatch = DispatchJobs(unit_of_work=unit_of_work, jobs=self.queue)
        self._turn: datetime | None = None
        self._running: list[tuple[datetime, int, SyncCredentialJob]] = []
        self._numbers = count()

    def run(self, lasting: timedelta) -> list[Start]:
        """Let *lasting* pass, and return which syncs were begun meanwhile."""
        before, until = len(self.starts), self._clock.now() + lasting
        while self._clock.now() < until:
            self._tick()
            self._work(until=self._clock.now() + DISPATCH.period)
        return self.starts[before:]

    def _tick(self) -> None:
        turn = ROUND.turn(self._clock.now())
        if turn != self._turn:
            self._turn = turn
            self._round()
        self._dispatch()

    def _work(self, *, until: datetime) -> None:
        self._take()
        while self._running and self._running[0][0] <= until:
            at, _, job = heappop(self._running)
            self._clock.advance(at - self._clock.now())
            self._end(job)
            self._idle += 1
            self._take()
        self._clock.advance(until - self._clock.now())

    def _take(self) -> None:
        while self._idle and self.queue.messages:
            job = self.queue.messages.popleft()
            if self._begun(job):
                self._idle -= 1
                end = self._clock.now() + timedelta(seconds=self._seconds())
                heappush(self._running, (end, next(self._numbers), job))

    def _begun(self, job: SyncCredentialJob) -> bool:
        """Begin the job, unless somebody has: a message may come twice."""
        with self._unit_of_work() as work:
            record, now = work.jobs.find(_subject(job)), work.now()
            if record is None or record.status is not JobStatus.QUEUED:
                return False
            work.jobs.save(record.begun(at=now))
            work.commit()
        delay = (now - record.due_at).total_seconds()
        self.starts.append(Start(now, delay, job.credential_id))
        return True

    def _end(self, job: SyncCredentialJob) -> None:
        with self._unit_of_work() as work:
            if record := work.jobs.find(_subject(job)):
                work.jobs.save(record.succeeded(at=work.now(), by=job.message))
                work.commit()

    def be_away(self, lasting: timedelta) -> None:
        """Have every part of the service gone for so long that all messages expire.

        What the workers did is found without a lease when they are back, and is queued again.
        """
        if lasting.total_seconds() <= JOB_EXPIRES:
            raise ValueError("Messages would outlive that.")
        self._clock.advance(lasting)
        self.queue.messages.clear()
        with self._unit_of_work() as work:
            for *_, job in self._running:
                if record := work.jobs.find(_subject(job)):
                    work.jobs.save(record.orphaned(at=work.now()))
            work.commit()
        self._running, self._idle = [], self._workers


def _subject(job: SyncCredentialJob) -> JobSubject:
    return JobSubject(
        kind=JobKind.SYNC_CREDENTIAL,
        user_id=job.user_id,
        credential_id=job.credential_id,
        provider=job.provider,
    )


def seconds_of_syncs(mean: float, *, seed: int) -> Callable[[], float]:
    """Return what draws how long a sync takes: half a *mean* is common, five are not rare."""
    lots = Random(seed)
    return lambda: lots.lognormvariate(log(mean) - 0.5, 1.0)


def most_begun(starts: Sequence[Start], *, within: timedelta) -> int:
    """Return how many were begun in the busiest of the periods of that length."""
    first = starts[0].at
    return max(Counter((each.at - first) // within for each in starts).values())


def late(starts: Sequence[Start], *, share: float = 0.99) -> float:
    """Return how many seconds after its moment a sync was begun, not counting the latest."""
    return sorted(each.delay for each in starts)[ceil(share * len(starts)) - 1]
