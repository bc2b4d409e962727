"""The schema of the database, for the few who ask: loading Alembic would slow every start."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adapters.persistence.schema import SchemaState


def upgrade_schema(database_url: str) -> None:
    """Bring the database to the newest schema; see `schema.upgrade` for what it raises."""
    from adapters.persistence import schema  # noqa: PLC0415 - slow

    schema.upgrade(database_url)


def check_schema(database_url: str) -> "SchemaState":
    """Return where the database stands.

    Raises:
        Unavailable: the database cannot be reached.
    """
    from adapters.persistence import schema  # noqa: PLC0415 - slow

    return schema.check(database_url)
