"""Measure the whole service: what it knows, how fresh that is, what waits, how work ends."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, TypeVar

from application.asking import Question
from application.cost_figures import cost_figures
from application.ports.errors import PortError
from application.ports.pacing import Pacing
from application.ports.queue_depths import QueueDepths
from application.ports.unit_of_work import OpenUnitOfWork, UnitOfWork
from application.service_report import Part, ServiceReport, Unread
from domain.costs import Period

WINDOW: Final = timedelta(days=1)
"""How far back work that has ended is counted."""
PATIENCE: Final = 5.0
"""Seconds; whoever scrapes waits for ten as a rule."""
_IF_LATE: Final = "Try again; if it stays so, see with `multicloud doctor` what is wrong."
_ONE_DAY: Final = timedelta(days=1)
_ELSEWHERE: Final = (Part.QUEUES, Part.API_CALLS)
_STORED: Final = tuple(part for part in Part if part not in _ELSEWHERE)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stored:
    """What the store answered."""

    at: datetime | None
    found: Mapping[Part, Any]
    unread: Mapping[Part, Unread]


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
        unread: dict[Part, Unread] = {}
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
        self, asked: Future[Answer], parts: Iterable[Part], unread: dict[Part, Unread]
    ) -> Answer | None:
        """Return the answer; if there is none, note why for each of *parts*."""
        if not asked.done():
            late = Unread(
                why=f"There was no answer within {self._patience:g} seconds.", remedy=_IF_LATE
            )
            unread.update(dict.fromkeys(parts, late))
            return None
        try:
            return asked.result()
        except PortError as error:
            unread.update(dict.fromkeys(parts, Unread.of(error)))
            return None

    def _read_store(self) -> _Stored:
        """Read part by part, each in a unit of its own: one that fails takes no other along."""
        try:
            at = self._in_a_unit(lambda work: work.now())
        except PortError as error:
            return _Stored(at=None, found={}, unread=dict.fromkeys(_STORED, Unread.of(error)))
        found: dict[Part, Any] = {}
        unread: dict[Part, Unread] = {}
        for part, read in self._readers(at).items():
            try:
                found[part] = read()
            except PortError as error:
                unread[part] = Unread.of(error)
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
            Part.COSTS: lambda work: cost_figures(work, days),
        }
        return {part: partial(self._in_a_unit, read) for part, read in readers.items()}

    def _in_a_unit(self, read: Callable[[UnitOfWork], Answer]) -> Answer:
        with self._unit_of_work() as work:
            return read(work)
