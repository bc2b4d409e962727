"""What Alembic runs to take the steps: in one transaction, one process at a time."""

from alembic import context
from sqlalchemy import Connection, text

from adapters.persistence.tables import metadata

_LOCK = 4_815_162_342  # any number will do, as long as every version of the service uses it


def _migrate(connection: Connection) -> None:
    connection.execute(text("SET LOCAL statement_timeout = 0"))
    connection.execute(text("SET LOCAL lock_timeout = '60s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    context.configure(connection=connection, target_metadata=metadata)
    with context.begin_transaction():
        context.run_migrations()


_migrate(context.config.attributes["connection"])
