"""The tables page shows every column as it is."""

import re
from typing import Any, Final

from sqlalchemy import CheckConstraint, Table
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.types import TypeEngine

from adapters.persistence.tables import metadata
from tests.docs.markdown import read, rows, sections

PAGE = {
    heading.strip("`"): text for heading, text in sections(read("docs/reference/tables.md")).items()
}
_POSTGRESQL: Final = PGDialect_psycopg2()  # type: ignore[no-untyped-call]


def test_the_page_shows_every_table() -> None:
    assert list(PAGE) == list(metadata.tables)


def test_the_page_shows_every_column_with_its_type_and_whether_it_may_be_empty() -> None:
    shown = {
        name: [(row["column"], row["type"], row["empty"]) for row in rows(text)]
        for name, text in PAGE.items()
    }
    assert shown == {name: columns(table) for name, table in metadata.tables.items()}


def columns(table: Table) -> list[tuple[str, str, str]]:
    return [
        (column.name, type_name(column.type), "yes" if column.nullable else "no")
        for column in table.columns
    ]


def type_name(kind: TypeEngine[Any]) -> str:
    compiled = kind.compile(dialect=_POSTGRESQL).lower()
    return compiled.replace("timestamp with time zone", "timestamptz")


def test_where_the_page_lists_the_values_of_a_column_they_are_the_allowed_ones() -> None:
    listed = {
        (name, row["column"]): set(re.findall(r"\w+", row["meaning"]))
        for name, text in PAGE.items()
        for row in rows(text)
    }
    unlisted = {
        place: values - listed[place]
        for table in metadata.tables.values()
        for place, values in allowed(table).items()
        if values & listed[place]
    }
    assert unlisted
    assert not any(unlisted.values()), unlisted


def allowed(table: Table) -> dict[tuple[str, str], set[str]]:
    """Return the values that each column limited to some of them may have, by table and column."""
    checks = [each for each in table.constraints if isinstance(each, CheckConstraint)]
    spelled = [str(check.sqltext) for check in checks]
    return {(table.name, text.split()[0]): set(re.findall(r"'(\w+)'", text)) for text in spelled}
