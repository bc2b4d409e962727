"""One transaction over everything the service remembers."""

from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self, TypeAlias

from application.ports.cost_ledger import CostLedger
from application.ports.figures import Figures
from application.ports.inventory import Inventory
from application.ports.jobs import Jobs
from application.ports.leases import Leases
from application.ports.provisioning import Resources, States
from application.ports.queue_proofs import QueueProofs
from application.ports.repositories import (
    Archive,
    Credentials,
    HealthLedger,
    Scopes,
    SyncRuns,
    Users,
)
from application.ports.run_log import RunLog
from application.ports.runs import Runs
from application.ports.schedule import Schedule


class UnitOfWork(Protocol):
    """Everything done inside one `with` is kept by `commit`, or did not happen.

    Leaving without commit, or by an exception, takes everything back. Nobody else sees
    uncommitted work. One unit belongs to one thread and is entered once. Any method of any
    repository may raise `Unavailable` or `TimedOut`.
    """

    users: Users
    credentials: Credentials
    inventory: Inventory
    scopes: Scopes
    sync_runs: SyncRuns
    health: HealthLedger
    costs: CostLedger
    resources: Resources
    runs: Runs
    run_log: RunLog
    states: States
    leases: Leases
    jobs: Jobs
    schedule: Schedule
    queue_proofs: QueueProofs
    archive: Archive
    figures: Figures

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin.

        Raises:
            Unavailable: the store cannot be reached.
        """

    @abstractmethod
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take back whatever was not committed."""

    @abstractmethod
    def now(self) -> datetime:
        """Return the store's time, aware: whatever several machines must agree on goes by it.

        Whether work is forsaken, what is due and what is old enough to be deleted is such a thing;
        the clock of one machine may be off by a day.
        """

    @abstractmethod
    def commit(self) -> None:
        """Keep what was done so far; the unit may go on afterwards.

        Raises:
            Unavailable: the store went away; whether it was kept is unknown.
        """


OpenUnitOfWork: TypeAlias = Callable[[], UnitOfWork]
"""Opens a fresh unit for one `with`."""
