"""The jobs of a hundred thousand credentials in memory, found as quickly as an index finds them.

It promises what `MemoryJobs` promises, which looks at all jobs at each question, as far as a
schedule needs it: nobody asks for anything but the rounds, and nothing is taken back.
"""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import takewhile
from types import TracebackType
from typing import Self, TypeAlias

from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.fakes.memory_accounts import MemoryCredentials
from adapters.fakes.memory_jobs import MemoryJobs
from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.jobs import Pressure
from domain.accounts import Credential, CredentialId, CredentialName, Provider, UserId
from domain.jobs import JobKind, JobRecord, JobRequest, JobStatus, JobSubject, Urgency
from domain.leases import LeaseName

CREDENTIALS_OF_A_USER = 3

Waiting: TypeAlias = tuple[datetime, CredentialId, JobRecord]
"""When a job is due, what tells it from others of that moment, and what it is."""


class IndexedJobs(MemoryJobs):
    """Background jobs, those that wait by when they are due.

    Which are sent is in the index alone, and not in the records.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__(Tables(), clock)
        self._records: dict[LeaseName, JobRecord] = {}
        self._later: list[Waiting] = []
        self._due: dict[LeaseName, Waiting] = {}
        self._sent: dict[LeaseName, tuple[datetime, Waiting]] = {}
        """What is under way to the workers, since when, in the order in which it was sent."""
        self._busy: dict[UserId, int] = {}
        """How much of each user's work is sent or runs."""
        self._begun: deque[datetime] = deque()

    def request(self, requests: Iterable[JobRequest]) -> int:
        """Queue what neither waits nor runs."""
        return sum(self._request(each) for each in requests)

    def _request(self, request: JobRequest) -> bool:
        now, last = self._clock.now(), self._records.get(request.subject.name)
        if last is not None and not last.status.ended:
            return False
        self._keep(
            JobRecord(
                subject=request.subject,
                status=JobStatus.QUEUED,
                urgency=request.urgency,
                occurrence=last.occurrence + 1 if last else 1,
                queued_at=now,
                due_at=now if last is None or request.due_at is None else request.due_at,
            )
        )
        return True

    def find(
        self,
        subject: JobSubject,
        *,
        for_update: bool = False,
    ) -> JobRecord | None:
        """Look it up."""
        return self._records.get(subject.name)

    def save(self, record: JobRecord) -> None:
        """Keep the record, and find it where it belongs now."""
        last = self._records.get(record.subject.name)
        if last is not None:
            self._forget(last)
        self._keep(record)

    def _forget(self, record: JobRecord) -> None:
        name = record.subject.name
        self._due.pop(name, None)
        if self._sent.pop(name, None) is not None or record.status is JobStatus.RUNNING:
            self._release(record)

    def _keep(self, record: JobRecord) -> None:
        self._records[record.subject.name] = record
        if record.status is JobStatus.QUEUED:
            heappush(self._later, (record.due_at, record.subject.credential_id, record))
        elif record.status is JobStatus.RUNNING and record.started_at is not None:
            self._occupy(record)
            self._begun.append(record.started_at)

    def _occupy(self, record: JobRecord) -> None:
        user_id = record.subject.user_id
        self._busy[user_id] = self._busy.get(user_id, 0) + 1

    def _release(self, record: JobRecord) -> None:
        self._busy[record.subject.user_id] -= 1

    def pressure(self, *, lately: timedelta, lost_after: timedelta) -> Pressure:
        """Count."""
        now = self._clock.now()
        self._take_back_what_was_lost(now - lost_after)
        while self._begun and self._begun[0] <= now - lately:
            self._begun.popleft()
        return Pressure(outstanding=len(self._sent), taken=len(self._begun))

    def send(self, *, urgency: Urgency, limit: int, lost_after: timedelta) -> Sequence[JobRecord]:
        """Let users take turns."""
        if urgency is not Urgency.BACKGROUND:
            return []
        now = self._clock.now()
        self._take_back_what_was_lost(now - lost_after)
        self._ripen(now)
        chosen = self._in_turns()[:limit]
        for waiting in chosen:
            name = waiting[2].subject.name
            del self._due[name]
            self._sent[name] = (now, waiting)
            self._occupy(waiting[2])
        return [record for *_, record in chosen]

    def _ripen(self, now: datetime) -> None:
        while self._later and self._later[0][0] <= now:
            waiting = heappop(self._later)
            name = waiting[2].subject.name
            if self._records[name] is waiting[2]:
                self._due[name] = waiting

    def _in_turns(self) -> list[Waiting]:
        line = self._busy.copy()
        placed: list[tuple[int, Waiting]] = []
        for waiting in sorted(self._due.values()):
            user_id = waiting[2].subject.user_id
            place = line[user_id] = line.get(user_id, 0) + 1
            placed.append((place, waiting))
        placed.sort()
        return [waiting for _, waiting in placed]

    def unsend(self, names: Collection[LeaseName]) -> None:
        """Have them wait again."""
        for name in names:
            if sent := self._sent.pop(name, None):
                self._due[name] = sent[1]
                self._release(sent[1][2])

    def _take_back_what_was_lost(self, before: datetime) -> None:
        self.unsend([*takewhile(lambda name: self._sent[name][0] < before, self._sent)])

    def orphans(self, *, limit: int) -> Sequence[JobRecord]:
        """Return none: whoever lets workers die knows what they did."""
        return ()


class PagedCredentials(MemoryCredentials):
    """Credentials that are read page by page, in the order of their ids and no other way."""

    def __init__(self, clock: Clock, number: int) -> None:
        super().__init__(Tables(), iter(()))
        self._all = [_credential(each, clock.now()) for each in range(1, number + 1)]

    def page(
        self, *, after: CredentialId | None, limit: int, active_only: bool = False
    ) -> Sequence[Credential]:
        """Cut the page out."""
        first = after or 0
        return self._all[first : first + limit]


def _credential(number: int, at: datetime) -> Credential:
    return Credential(
        id=CredentialId(number),
        user_id=UserId(1 + (number - 1) // CREDENTIALS_OF_A_USER),
        provider=list(Provider)[number % len(Provider)],
        name=CredentialName(f"key {number}"),
        created_at=at,
    )


def _synced(credential: Credential, at: datetime) -> JobRecord:
    return JobRecord(
        subject=JobSubject.of(credential, JobKind.SYNC_CREDENTIAL),
        status=JobStatus.SUCCEEDED,
        urgency=Urgency.BACKGROUND,
        occurrence=1,
        queued_at=at,
        due_at=at,
    )


class IndexedStore(MemoryStore):
    """A store of credentials and jobs, and of nothing else."""

    def __init__(self, clock: Clock, *, credentials: int, synced: bool = True) -> None:
        """*synced*: all of them were synced before; otherwise the first sync is due at once."""
        super().__init__(clock)
        self.credentials = PagedCredentials(clock, credentials)
        self.jobs = IndexedJobs(clock)
        for each in self.credentials.page(after=None, limit=credentials if synced else 0):
            self.jobs.save(_synced(each, clock.now()))

    def unit_of_work(self) -> MemoryUnitOfWork:
        """Return a unit of work on the store."""
        return _Unit(self)


class _Unit(MemoryUnitOfWork):
    """A unit whose changes are kept at once, as nobody takes any back."""

    def __init__(self, store: IndexedStore) -> None:
        super().__init__(store)
        self.credentials = store.credentials
        self.jobs = store.jobs

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        pass

    def commit(self) -> None:
        """Do nothing: it is kept already."""
