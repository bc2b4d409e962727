"""The way to the database."""

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError

from application.ports.errors import Rejected

CONNECT_SECONDS = 5
POOL_WAIT_SECONDS = 10
_LIMITS = {
    "timezone": "UTC",
    "statement_timeout": "120s",  # far above the largest write, far below for ever
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",  # slow work holds no transaction
}


def build_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine for the PostgreSQL at *url*; it connects when it is first used.

    Raises:
        Rejected: *url* is not the address of a PostgreSQL database.
    """
    options = " ".join(f"-c {name}={value}" for name, value in _LIMITS.items())
    return create_engine(
        address(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_WAIT_SECONDS,
        pool_recycle=1800,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "application_name": "multi-cloud",
            "options": options,
            "keepalives_idle": 30,
        },
    )


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
