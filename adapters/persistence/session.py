"""One open transaction, through which every repository speaks to the database."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from psycopg2.extras import NamedTupleCursor
from sqlalchemy import Connection, CursorResult, Executable

from adapters.persistence.errors import database_errors
from adapters.persistence.written import Written


class Session:
    """Runs statements inside one transaction and translates what goes wrong."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.moment: datetime | None = None
        """What the clock of the database showed at the last statement, if its answer told that."""

    def run(
        self, statement: Executable, *, subject: str = "", **parameters: object
    ) -> CursorResult[Any]:
        """Run *statement*, about *subject*; when it fails the whole transaction is lost."""
        self.moment = None
        with database_errors(subject):
            return self._connection.execute(statement, parameters)

    def run_written(self, statement: Written, **parameters: object) -> Sequence[Any]:
        """Run *statement* as `run` does; return all of its rows, whose values have names."""
        self.moment = None
        with database_errors():
            if not self._connection.in_transaction():
                self._connection.begin()
            with self._driver().cursor(cursor_factory=NamedTupleCursor) as cursor:
                cursor.execute(statement.sql, statement.values(parameters))
                return cursor.fetchall() if cursor.description else ()

    def attempt(
        self, statement: Executable, *, subject: str = "", **parameters: object
    ) -> CursorResult[Any]:
        """Run *statement*, about *subject*; when it fails the transaction goes on without it."""
        self.moment = None
        with database_errors(subject), self._connection.begin_nested():
            return self._connection.execute(statement, parameters)

    def copy(self, statement: str, lines: Iterator[bytes]) -> None:
        """Stream *lines* into a COPY ... FROM STDIN; the server reads while we still write."""
        self.moment = None
        with database_errors(), self._driver().cursor() as cursor:
            cursor.copy_expert(statement, _Source(lines), size=1 << 16)

    def commit(self) -> None:
        """Keep what was done."""
        self.moment = None
        with database_errors():
            self._connection.commit()

    def _driver(self) -> Any:  # noqa: ANN401 - a connection of psycopg2, which has no types
        driver = self._connection.connection.driver_connection
        if driver is None:  # pragma: no cover - the connection is open while a unit lives
            raise AssertionError("a unit of work has a connection")
        return driver


class _Source:
    """What the driver reads a COPY from: each read gives the next lot of lines."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lots = _lots(lines)

    def read(self, _size: int) -> bytes:
        return next(self._lots, b"")


def _lots(lines: Iterable[bytes], *, size: int = 128) -> Iterator[bytes]:
    lot: list[bytes] = []
    for line in lines:
        lot.append(line)
        if len(lot) >= size:
            yield b"".join(lot)
            lot.clear()
    if lot:
        yield b"".join(lot)
