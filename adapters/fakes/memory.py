"""Everything the service remembers, in memory: for tests, and for looking at a sync dry.

A unit of work has the store to itself from entering to leaving, so units in several threads
follow one another. It works on a copy, which the store takes over on commit.
"""

from collections import deque
from datetime import datetime
from itertools import count
from threading import Lock
from types import TracebackType
from typing import Literal, Self
from uuid import uuid4

from adapters.fakes.memory_accounts import MemoryCredentials, MemoryUsers
from adapters.fakes.memory_archive import MemoryArchive
from adapters.fakes.memory_costs import MemoryCosts
from adapters.fakes.memory_figures import MemoryFigures
from adapters.fakes.memory_inventory import MemoryInventory
from adapters.fakes.memory_jobs import MemoryJobs
from adapters.fakes.memory_leases import MemoryLeases
from adapters.fakes.memory_ledgers import MemoryHealthLedger, MemoryScopes, MemorySyncRuns
from adapters.fakes.memory_queue_proofs import MemoryQueueProofs
from adapters.fakes.memory_resources import MemoryResources
from adapters.fakes.memory_run_log import MemoryRunLog
from adapters.fakes.memory_runs import MemoryRuns
from adapters.fakes.memory_schedule import MemorySchedule
from adapters.fakes.memory_states import MemoryStates
from adapters.fakes.memory_tables import Tables
from application.ports.clock import Clock
from application.ports.errors import PortError, TimedOut
from application.ports.unit_of_work import UnitOfWork
from domain.provisioning import InstallationId

Step = Literal["enter", "commit"]
_LONGEST_WAIT = 10.0


class MemoryStore:
    """What was committed; units of work share it. *clock* is the store's own."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.committed = Tables()
        self.turn = Lock()
        self.user_ids = count(1)
        self.credential_ids = count(1)
        self.item_ids = count(1)
        self.change_ids = count(1)
        self.run_ids = count(1)
        self.charge_ids = count(1)
        self.resource_ids = count(1)
        self.terraform_run_ids = count(1)
        self.installation = InstallationId(str(uuid4()))
        self._failures: dict[Step, deque[PortError]] = {"enter": deque(), "commit": deque()}

    def fail_next(self, error: PortError, *, step: Step = "enter") -> None:
        """Have the next unit that takes *step* fail with *error*; several failures queue up."""
        self._failures[step].append(error)

    def pass_or_fail(self, step: Step) -> None:
        """Raise what was scripted for *step*, once."""
        if self._failures[step]:
            raise self._failures[step].popleft()


class MemoryUnitOfWork(UnitOfWork):
    """A unit of work on a `MemoryStore`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store
        self._entered = False
        self._open = False

    def __enter__(self) -> Self:
        if self._entered:
            raise RuntimeError("A unit of work is entered once; open a fresh one.")
        self._entered = True
        self._store.pass_or_fail("enter")
        if not self._store.turn.acquire(timeout=_LONGEST_WAIT):
            raise TimedOut("Another unit of work was open for too long; is one inside another?")
        self._open = True
        self._begin(self._store.committed.copy())
        return self

    def _begin(self, tables: Tables) -> None:
        store = self._store
        self._tables = tables
        self.users = MemoryUsers(tables, store.user_ids)
        self.credentials = MemoryCredentials(tables, store.credential_ids)
        inventory = self.inventory = MemoryInventory(
            tables, store.item_ids, store.change_ids, store.installation
        )
        self.scopes = MemoryScopes(tables)
        self.sync_runs = MemorySyncRuns(tables, store.run_ids)
        self.health = MemoryHealthLedger(tables)
        self.costs = MemoryCosts(tables, store.charge_ids)
        self.resources = MemoryResources(tables, store.resource_ids, store.installation, inventory)
        self.runs = MemoryRuns(tables, store.terraform_run_ids, store.clock)
        self.run_log = MemoryRunLog(tables)
        self.states = MemoryStates(tables)
        self.leases = MemoryLeases(tables, store.clock)
        self.jobs = MemoryJobs(tables, store.clock)
        self.schedule = MemorySchedule(tables, store.clock)
        self.queue_proofs = MemoryQueueProofs(tables, store.clock)
        self.archive = MemoryArchive(tables)
        self.figures = MemoryFigures(tables, store.clock)

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._open:
            self._open = False
            self._store.turn.release()

    def now(self) -> datetime:
        """Ask the store's clock."""
        return self._store.clock.now()

    def commit(self) -> None:
        """Hand what was done to the store."""
        if not self._open:
            raise RuntimeError("A unit of work commits between entering and leaving.")
        self._store.pass_or_fail("commit")
        self._store.committed = self._tables.copy()
