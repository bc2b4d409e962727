"""PostgreSQL, and a test that tells it the time."""

from datetime import datetime

from sqlalchemy import Engine

from adapters.persistence.unit_of_work import SqlUnitOfWork
from application.ports.clock import Clock


class TimedUnitOfWork(SqlUnitOfWork):
    """Goes by *clock* for what use cases ask of it, and by its own time for leases and jobs."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        super().__init__(engine)
        self._clock = clock

    def now(self) -> datetime:
        """Ask the test's clock."""
        return self._clock.now()
