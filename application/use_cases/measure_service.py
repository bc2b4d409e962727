"""Measure the whole service: what it knows, how fresh that is, what waits, how work ends."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeVar

from application.asking import Question
from application.ports.errors import PortError
from application.ports.figures import (
    CostDaysFigure,
    CredentialFigure,
    ItemFigure,
    JobFigure,
    RunFigure,
    SyncFigure,
)
from application.ports.pacing import Pacing
from application.ports.queue_depths import QueueDepth, QueueDepths
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.use_cases.list_cost_gaps import out_of_sight
from domain.accounts import CredentialId, Provider
from domain.costs import CostReading, CostStatus, Period, SubAccountId
from domain.pacing import CallCounts
from domain.queues import QueueProof
from domain.schedule import Turn

WINDOW: Final = timedelta(days=1)
"""How far back work that has ended is counted."""
PATIENCE: Final = 5.0
"""Seconds; whoever scrapes waits for ten as a rule."""
_ONE_DAY: Final = timedelta(days=1)

Answer = TypeVar("Answer")


class Part(StrEnum):
    """What is measured by itself, and may be unreadable by itself. The value is public."""

    ITEMS = "items"
    CREDENTIALS = "credentials"
    SYNCS = "syncs"
    RUNS = "runs"
    LEAKS = "leaks"
    JOBS = "jobs"
    SCHEDULE = "schedule"
    LEASES = "leases"
    PROOFS = "proofs"
    COSTS = "costs"
    QUEUES = "queues"
    API_CALLS = "api_calls"


_ELSEWHERE: Final = (Part.QUEUES, Part.API_CALLS)
_STORED: Final = tuple(part for part in Part if part not in _ELSEWHERE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostFigure:
    """How much of the cost of one active credential is known."""

    credential_id: CredentialId
    name: str
    provider: Provider
    status: CostStatus | None
    """How the last reading ended; None before the first."""
    days_lacking: int
    """Days that were never asked for with success; of several sub accounts, of the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceReport:
    """Plain numbers; a part that could not be read is empty, and `unread` says why."""

    unread: Mapping[Part, str]
    """A sentence for each part that could not be read."""
    at: datetime | None = None
    """When it was measured, by the clock of the store; None if the store did not answer."""
    items: Sequence[ItemFigure] = ()
    credentials: Sequence[CredentialFigure] = ()
    syncs: Sequence[SyncFigure] = ()
    runs: Sequence[RunFigure] = ()
    leaks: int | None = None
    """Failed resources whose last run may have left something behind."""
    jobs: Sequence[JobFigure] = ()
    schedule: Sequence[Turn] = ()
    leases: Mapping[str, int] = field(default_factory=dict)
    proofs: Sequence[QueueProof] = ()
    costs: Sequence[CostFigure] = ()
    queues: QueueDepth | None = None
    api_calls: Mapping[tuple[Provider, str], CallCounts] = field(default_factory=dict)

    def age(self, moment: datetime) -> float:
        """Return how many seconds before the measurement *moment* was; 0 if it lies after it."""
        return 0.0 if self.at is None else max((self.at - moment).total_seconds(), 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What the store answered."""

    at: datetime | None
    found: Mapping[Part, Any]
    unread: Mapping[Part, str]


class MeasureService:
    """Read everything that tells whether the service does its work.

    Nothing is written, and no cloud is asked. Store, broker and call counter are asked at once
    and waited for together: one that does not answer leaves its own parts empty.
    """

    def __init__(
        self,
        *,
        unit_of_work: OpenUnitOfWork,
        queues: QueueDepths,
        pacing: Pacing,
        cost_history: timedelta,
        patience: float = PATIENCE,
    ) -> None:
        """*patience* is in seconds; cost should be known as far back as *cost_history*."""
        self._unit_of_work = unit_of_work
        self._cost_history = cost_history
        self._patience = patience
        self._stored = Question(self._read_store)
        self._queues = Question(queues.read)
        self._api_calls = Question(pacing.counts)

    def __call__(self) -> ServiceReport:
        """Return the numbers of this moment."""
        asked = self._stored.asked(), self._queues.asked(), self._api_calls.asked()
        every: tuple[Future[Any], ...] = asked
        wait(every, timeout=self._patience)
        unread: dict[Part, str] = {}
        stored = self._answer(asked[0], _STORED, unread)
        queues = self._answer(asked[1], [Part.QUEUES], unread)
        calls = self._answer(asked[2], [Part.API_CALLS], unread)
        if stored is not None:
            unread |= stored.unread
        return ServiceReport(
            unread=unread,
            at=stored.at if stored else None,
            queues=queues,
            api_calls=calls or {},
            **({part.value: value for part, value in stored.found.items()} if stored else {}),
        )

    def _answer(
        self, asked: Future[Answer], parts: Iterable[Part], unread: dict[Part, str]
    ) -> Answer | None:
        """Return the answer; if there is none, note why for each of *parts*."""
        if not asked.done():
            late = f"There was no answer within {self._patience:g} seconds."
            unread.update(dict.fromkeys(parts, late))
            return None
        try:
            return asked.result()
        except PortError as error:
            unread.update(dict.fromkeys(parts, str(error)))
            return None

    def _read_store(self) -> _Stored:
        """Read part by part, each in a unit of its own: one that fails takes no other along."""
        try:
            at = self._in_a_unit(lambda work: work.schedule.now())
        except PortError as error:
            return _Stored(at=None, found={}, unread=dict.fromkeys(_STORED, str(error)))
        found: dict[Part, Any] = {}
        unread: dict[Part, str] = {}
        for part, read in self._readers(at).items():
            try:
                found[part] = read()
            except PortError as error:
                unread[part] = str(error)
        return _Stored(at=at, found=found, unread=unread)

    def _readers(self, at: datetime) -> Mapping[Part, Callable[[], object]]:
        since = at - WINDOW
        days = Period(at.date() - self._cost_history, at.date() - _ONE_DAY)
        readers: Mapping[Part, Callable[[UnitOfWork], object]] = {
            Part.ITEMS: lambda work: work.figures.items(),
            Part.CREDENTIALS: lambda work: work.figures.credentials(),
            Part.SYNCS: lambda work: work.figures.syncs(ended_since=since),
            Part.RUNS: lambda work: work.figures.runs(ended_since=since),
            Part.LEAKS: lambda work: work.figures.leaking_resources(),
            Part.JOBS: lambda work: work.figures.jobs(),
            Part.SCHEDULE: lambda work: work.schedule.turns(),
            Part.LEASES: lambda work: work.figures.leases(),
            Part.PROOFS: lambda work: work.queue_proofs.all(),
            Part.COSTS: lambda work: _costs(work, days),
        }
        return {part: partial(self._in_a_unit, read) for part, read in readers.items()}

    def _in_a_unit(self, read: Callable[[UnitOfWork], Answer]) -> Answer:
        with self._unit_of_work() as work:
            return read(work)


def _costs(work: UnitOfWork, days: Period) -> Sequence[CostFigure]:
    known = work.figures.credentials()
    readings = work.costs.readings([each.credential_id for each in known])
    read: defaultdict[CredentialId, list[CostDaysFigure]] = defaultdict(list)
    for figure in work.figures.cost_days(days):
        read[figure.credential_id].append(figure)
    return [
        CostFigure(
            credential_id=each.credential_id,
            name=each.name,
            provider=each.provider,
            status=reading.status if (reading := readings.get(each.credential_id)) else None,
            days_lacking=_days_lacking(read[each.credential_id], reading, len([*days.days()])),
        )
        for each in known
    ]


def _days_lacking(read: Sequence[CostDaysFigure], reading: CostReading | None, days: int) -> int:
    """Return how many of the *days* lack; none where no bill is to be read.

    A sub account that is no longer there lacks none; one that was only tried in vain lacks all.
    """
    if reading is not None and reading.status is CostStatus.NOT_CONFIGURED:
        return 0
    lacking = {
        each.sub_account_id: 0 if out_of_sight(each.last_read, reading) else days - each.days
        for each in read
    }
    for trouble in reading.troubles if reading else ():
        if trouble.location is not None:
            lacking.setdefault(SubAccountId(trouble.location), days)
    return max(lacking.values(), default=days)
