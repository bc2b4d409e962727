"""Statements that are written out as SQL once, and given to the driver as they are.

Before each execution SQLAlchemy looks for the SQL that it has written, and afterwards it wraps the
rows: that takes longer than the driver and the network. So it is spared to what runs for every job
and in every transaction of a sync. Measured with sqlalchemy 2.0: 78 microseconds of a processor for
such a statement, and 38 without. All processes of a worker share what was written before the fork.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.sql import ClauseElement

_DIALECT: Final = PGDialect_psycopg2()  # type: ignore[no-untyped-call]


class Written:
    """A statement whose columns are of types that the driver reads by itself.

    That leaves out lists of values that grow in the SQL, as `in_` makes them.
    """

    def __init__(self, statement: ClauseElement, *, columns: list[str] | None = None) -> None:
        """*columns*: those that an INSERT without values is given each time."""
        compiled = statement.compile(dialect=_DIALECT, column_keys=columns)
        binds = {name: bind for bind, name in compiled.bind_names.items()}  # type: ignore[attr-defined]
        self.sql = str(compiled)
        self._constants: dict[str, Any] = {
            name: value
            for name, value in (compiled.params or {}).items()
            if not binds[name].required
        }
        kinds = {name: bind.type.dialect_impl(_DIALECT) for name, bind in binds.items()}
        made = {name: kind.bind_processor(_DIALECT) for name, kind in kinds.items()}
        self._made: dict[str, Callable[[Any], Any]] = {
            name: make for name, make in made.items() if make is not None
        }

    def values(self, given: Mapping[str, object]) -> dict[str, Any]:
        """Return what the driver is given for *given*, each as the type of its column makes it."""
        values = {**self._constants, **given}
        return values | {name: make(values[name]) for name, make in self._made.items()}
