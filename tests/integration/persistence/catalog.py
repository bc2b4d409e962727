"""What PostgreSQL itself says about a database."""

import json
from typing import Any

from sqlalchemy import Connection, Engine, Select, text

_COLUMNS = """
SELECT c.table_name, c.column_name, c.data_type, c.is_nullable, c.is_identity,
       c.identity_generation, c.column_default, c.numeric_precision, c.numeric_scale
FROM information_schema.columns c
WHERE c.table_schema = 'public' AND c.table_name <> 'alembic_version'
ORDER BY c.table_name, c.ordinal_position
"""
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND conrelid <> 'alembic_version'::regclass
ORDER BY 1, 2
"""
_INDEXES = """
SELECT tablename, indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND tablename <> 'alembic_version' ORDER BY 1, 2
"""
_OPTIONS = """
SELECT relname, reloptions::text FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
ORDER BY 1
"""
_WRITTEN = """
SELECT n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables WHERE relname = :table
"""


def description(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """Describe every column, constraint, index and option of every table of ours."""
    queries = {
        "columns": _COLUMNS,
        "constraints": _CONSTRAINTS,
        "indexes": _INDEXES,
        "options": _OPTIONS,
    }
    return {
        part: [tuple(row) for row in connection.execute(text(query))]
        for part, query in queries.items()
    }


def table_names(connection: Connection) -> set[str]:
    """Name every table in the public schema."""
    query = text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return set(connection.execute(query).scalars())


def rows_written(engine: Engine, table: str) -> tuple[int, int, int]:
    """Return how many rows of *table* were ever inserted, updated and deleted.

    A server process hands in its counts when it ends, so the engine's connections are closed.
    """
    engine.dispose()
    with engine.connect() as connection:
        row = connection.execute(text(_WRITTEN), {"table": table}).one()
    return row.n_tup_ins, row.n_tup_upd, row.n_tup_del


def plan_of(connection: Connection, statement: str, parameters: dict[str, Any]) -> str:
    """Return how PostgreSQL would run *statement*, given in its driver's notation."""
    rows = connection.exec_driver_sql(f"EXPLAIN (COSTS OFF) {statement}", parameters)
    return "\n".join(rows.scalars())


def plan_of_select(connection: Connection, statement: Select[Any]) -> str:
    """Return how PostgreSQL would run *statement*."""
    return plan_of(connection, *_sent(connection, statement))


def analysis_of_select(connection: Connection, statement: Select[Any]) -> dict[str, Any]:
    """Run *statement*, and return the uppermost node of its plan with what each really did."""
    query, parameters = _sent(connection, statement)
    analysis = f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {query}"
    plan: dict[str, Any] = connection.exec_driver_sql(analysis, parameters).scalar_one()[0]["Plan"]
    return plan


def _sent(connection: Connection, statement: Select[Any]) -> tuple[str, dict[str, Any]]:
    """Return *statement* in its driver's notation, and its parameters."""
    compiled = statement.compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    parameters = {
        name: json.dumps(value) if isinstance(value, dict) else value
        for name, value in compiled.params.items()
    }
    return compiled.string, parameters
