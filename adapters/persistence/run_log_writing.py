"""Writing hundreds of lines at once: they go to the database as one array per column."""

from collections.abc import Collection
from functools import cache
from typing import Any, Final

from sqlalchemy import ARRAY, BigInteger, Column, Integer, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import Insert, insert

from adapters.persistence.session import Session
from adapters.persistence.tables import terraform_logs
from domain.terraform import LogRecord, StepId

_SAID: Final[tuple[Column[Any], ...]] = tuple(
    column for column in terraform_logs.c if column.name not in {"run_id", "step"}
)


def write_lines(session: Session, step: StepId, records: Collection[LogRecord]) -> None:
    """Insert *records* of *step*; lines that are there already are left as they are.

    Raises:
        NotFound: there is no such step.
    """
    if not records:
        return
    columns = zip(*map(_row, records), strict=True)
    said = {_array(column): list(values) for column, values in zip(_SAID, columns, strict=True)}
    session.run(_statement(), subject=str(step), of_run=step.run_id, of_step=step.number, **said)


@cache
def _statement() -> Insert:
    """Return the one statement for any lines; to build it takes longer than to run it."""
    types = {_array(column): ARRAY(column.type) for column in _SAID}
    arrays = [cast(bindparam(name, type_=each), each) for name, each in types.items()]
    columns = [Column(column.name, column.type) for column in _SAID]
    said = func.unnest(*arrays).table_valued(*columns, name="said").render_derived()
    step = (bindparam("of_run", type_=BigInteger), bindparam("of_step", type_=Integer))
    names = ["run_id", "step", *(column.name for column in _SAID)]
    lines = insert(terraform_logs).from_select(names, select(*step, *said.c))
    return lines.on_conflict_do_nothing()


def _array(column: Column[Any]) -> str:
    return f"array_of_{column.name}"


def _row(record: LogRecord) -> tuple[object, ...]:
    """What *record* says, in the order of the columns."""
    return (
        record.offset,
        record.length,
        record.at,
        record.level.value,
        record.type.value,
        record.message,
        record.address,
        record.action and record.action.value,
        record.cloud_id,
    )
