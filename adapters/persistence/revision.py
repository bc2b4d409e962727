"""At which revision a database is, asked for so cheaply that it may be every few seconds."""

from pathlib import Path
from typing import Final

from sqlalchemy import Engine, text

from adapters.persistence.engine import place
from adapters.persistence.errors import connection_errors, database_errors

_VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"
_STORED: Final = text("SELECT version_num FROM alembic_version")


def newest_revision() -> str:
    """Return the revision that this version of the service needs, as its files are named.

    `schema.head_revision` asks Alembic, whose import takes longer than all else that is needed.
    """
    names = (path.name for path in _VERSIONS.glob("[0-9]*_*.py"))
    return max(names).partition("_")[0]


def stored_revision(engine: Engine) -> str | None:
    """Return the revision of the database; None if there is none.

    Raises:
        Unavailable: the database cannot be reached.
        Rejected: it has never been migrated.
    """
    with connection_errors(place(engine.url)):
        connection = engine.connect()
    with database_errors(), connection:
        revision: str | None = connection.execute(_STORED).scalar_one_or_none()
    return revision
