"""The way to the database."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from json import JSONDecoder

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from application.ports.errors import Rejected

CONNECT_SECONDS = 5
POOL_WAIT_SECONDS = 10
_REST_SECONDS = 0.1
STATEMENT_SECONDS = 120  # far above the largest write, far below for ever
_GIVEN_BACK = "given_back"
_DECODER = JSONDecoder()
_LIMITS = {
    "timezone": "UTC",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",  # slow work holds no transaction
}


def build_engine(
    url: str, *, pool_size: int = 5, statement_seconds: int = STATEMENT_SECONDS
) -> Engine:
    """Return an engine for the PostgreSQL at *url*; it connects when it is first used.

    The database stops a statement that takes longer than *statement_seconds*.

    Raises:
        Rejected: *url* is not the address of a PostgreSQL database.
    """
    limits = {**_LIMITS, "statement_timeout": f"{statement_seconds}s"}
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    engine = create_engine(
        address(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_recycle=1800,
        hide_parameters=True,
        json_deserializer=_document,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "multi-cloud",
            "options": options,
            "keepalives_idle": 30,
        },
    )
    _ask_after_rest(engine)
    return engine


def _document(text: str) -> object:
    """Return what *text* says, in half the time of `loads`: PostgreSQL puts no space around it."""
    return _DECODER.raw_decode(text)[0]


@contextmanager
def opened_engine(url: str, *, pool_size: int = 1) -> Iterator[Engine]:
    """Give an engine for the PostgreSQL at *url*, and close its connections at the end.

    Raises:
        Rejected: *url* is not the address of a PostgreSQL database.
    """
    engine = build_engine(url, pool_size=pool_size)
    try:
        yield engine
    finally:
        engine.dispose()


def _ask_after_rest(engine: Engine) -> None:
    """Let a connection that has rested be asked whether it lives, before it is used again.

    Units of work may follow each other within milliseconds: to ask before each of them, as
    `pool_pre_ping` does, would be one question in seven that the database gets.
    """

    def given_back(_connection: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
        record.info[_GIVEN_BACK] = time.monotonic()

    def taken(
        connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: PoolProxiedConnection
    ) -> None:
        rested = time.monotonic() - record.info.get(_GIVEN_BACK, time.monotonic())
        if rested > _REST_SECONDS and not _lives(engine, connection):
            raise InvalidatePoolError

    event.listen(engine, "checkin", given_back)
    event.listen(engine, "checkout", taken)


def _lives(engine: Engine, connection: DBAPIConnection) -> bool:
    try:
        return engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error:
        return False


def address(url: str) -> URL:
    """Return *url* for our driver, whichever of the usual spellings it has.

    Raises:
        Rejected: *url* is not the address of a PostgreSQL database.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # what they say may repeat the password
        raise _not_postgresql() from None
    if parsed.get_backend_name() not in {"postgresql", "postgres"} or not parsed.database:
        raise _not_postgresql()
    return parsed.set(drivername="postgresql+psycopg2")


def place(url: URL) -> str:
    """Say where *url* leads, without user and password."""
    host = url.host or url.query.get("host") or "the local socket"
    port = f":{url.port}" if url.port else ""
    return f"{host}{port}, database {url.database}"


def _not_postgresql() -> Rejected:
    return Rejected(
        "DATABASE_URL is not the address of a PostgreSQL database.",
        remedy="Write it as postgresql://user:password@host:5432/database.",
    )
