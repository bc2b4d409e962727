"""One PostgreSQL transaction over everything the service remembers."""

from datetime import datetime
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from adapters.persistence.archive import SqlArchive
from adapters.persistence.clock import server_time
from adapters.persistence.costs import SqlCosts
from adapters.persistence.credentials import SqlCredentials
from adapters.persistence.engine import place
from adapters.persistence.errors import connection_errors
from adapters.persistence.figures import SqlFigures
from adapters.persistence.health import SqlHealthLedger
from adapters.persistence.inventory import SqlInventory
from adapters.persistence.jobs import SqlJobs
from adapters.persistence.leases import SqlLeases
from adapters.persistence.queue_proofs import SqlQueueProofs
from adapters.persistence.resources import SqlResources
from adapters.persistence.run_log import SqlRunLog
from adapters.persistence.runs import SqlRuns
from adapters.persistence.schedule import SqlSchedule
from adapters.persistence.scopes import SqlScopes
from adapters.persistence.session import Session
from adapters.persistence.states import SqlStates
from adapters.persistence.sync_runs import SqlSyncRuns
from adapters.persistence.users import SqlUsers
from application.ports.unit_of_work import UnitOfWork


class SqlUnitOfWork(UnitOfWork):
    """A unit of work in PostgreSQL; it takes a connection when entered and gives it back."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._connection: Connection | None = None
        self._session: Session | None = None

    def __enter__(self) -> Self:
        if self._session is not None:
            raise RuntimeError("A unit of work is entered once; open a fresh one.")
        with connection_errors(place(self._engine.url)):
            self._connection = self._engine.connect()
        session = self._session = Session(self._connection)
        self.users = SqlUsers(session)
        self.credentials = SqlCredentials(session)
        self.inventory = SqlInventory(session)
        self.scopes = SqlScopes(session)
        self.sync_runs = SqlSyncRuns(session)
        self.health = SqlHealthLedger(session)
        self.costs = SqlCosts(session)
        self.resources = SqlResources(session)
        self.runs = SqlRuns(session)
        self.run_log = SqlRunLog(session)
        self.states = SqlStates(session)
        self.leases = SqlLeases(session)
        self.jobs = SqlJobs(session)
        self.schedule = SqlSchedule(session)
        self.queue_proofs = SqlQueueProofs(session)
        self.archive = SqlArchive(session)
        self.figures = SqlFigures(session)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._connection is None:
            return
        try:
            self._connection.close()
        except SQLAlchemyError:  # it broke: the server has taken the transaction back by itself
            if not self._connection.closed:  # as it is if nobody knew before it was closed
                self._connection.invalidate()
        finally:
            self._connection = None

    def now(self) -> datetime:
        """Ask the database for its time."""
        if self._session is None:
            raise RuntimeError("A unit of work tells the time between entering and leaving.")
        return server_time(self._session)

    def commit(self) -> None:
        """Commit the transaction; the next statement begins another."""
        if self._session is None or self._connection is None:
            raise RuntimeError("A unit of work commits between entering and leaving.")
        self._session.commit()
