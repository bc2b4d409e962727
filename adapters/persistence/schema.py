"""Bringing a database to the schema this version of the service needs."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from adapters.persistence.engine import build_engine, place
from adapters.persistence.errors import connection_errors, database_errors
from application.ports.errors import Conflict

_SCRIPTS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaState:
    """Where a database stands, and where this version of the service wants it."""

    revision: str | None
    """None: it has never been migrated."""
    head: str

    @property
    def current(self) -> bool:
        """Whether nothing is left to migrate."""
        return self.revision == self.head


def upgrade(url: str) -> None:
    """Bring the database at *url* to the newest schema; one that is there already is left alone.

    Two processes may do this at once: the second waits and finds nothing left to do.

    Raises:
        Unavailable: the database cannot be reached.
        Busy: somebody else held a table for a minute.
        Conflict: a newer version of the service has migrated it.
    """
    _run(url, lambda config: command.upgrade(config, "head"))


def upgrade_to(url: str, revision: str) -> None:
    """Bring the database at *url* up to *revision*.

    Raises:
        Unavailable: the database cannot be reached.
        Conflict: there is no such revision.
    """
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at *url* back to *revision*; `base` empties it.

    Raises:
        Unavailable: the database cannot be reached.
        Conflict: there is no such revision.
    """
    _run(url, lambda config: command.downgrade(config, revision))


def current_revision(url: str) -> str | None:
    """Return the revision of the database at *url*, or None if it was never migrated.

    Raises:
        Unavailable: the database cannot be reached.
    """
    with _connection(url) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    """Return the revision that this version of the service needs."""
    return revisions()[-1]


def revisions() -> list[str]:
    """Return every revision, the oldest first."""
    newest_first = ScriptDirectory.from_config(_config()).walk_revisions()
    return [script.revision for script in newest_first][::-1]


def check(url: str) -> SchemaState:
    """Return where the database at *url* stands.

    Raises:
        Unavailable: the database cannot be reached.
    """
    return SchemaState(revision=current_revision(url), head=head_revision())


def _run(url: str, step: Callable[[Config], None]) -> None:
    with _connection(url) as connection:
        config = _config()
        config.attributes["connection"] = connection
        try:
            step(config)
        except CommandError as exc:
            raise Conflict(
                "The database is at a revision that this version does not know.",
                remedy="Use the version of the service that migrated it, or a newer one.",
            ) from exc


@contextmanager
def _connection(url: str) -> Iterator[Connection]:
    """One transaction on a connection of its own, kept unless the block raises."""
    engine = build_engine(url, pool_size=1)
    try:
        with connection_errors(place(engine.url)):
            connection = engine.connect()
        with database_errors(), connection, connection.begin():
            yield connection
    finally:
        engine.dispose()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config
