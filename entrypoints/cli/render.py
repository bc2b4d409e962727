"""Writing listings as a table for people, JSON for programs, CSV for spreadsheets."""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

import typer

from domain.inventory import Json
from entrypoints.cli.table import write_table
from entrypoints.cli.text import visible

Row = TypeVar("Row")

_FORMULA_STARTS = ("=", "+", "-", "@")
_AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class Format(StrEnum):
    """How a listing is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


FormatOption = Annotated[
    Format, typer.Option("--format", help="table for people, json (stable) or csv for programs.")
]


@dataclass(frozen=True)  # Python 3.11 cannot call Column[Row](...) on a frozen class with slots
class Column(Generic[Row]):
    """One field of a listing: its public name, how to get it, and whether tables show it."""

    name: str
    value: Callable[[Row], Json]
    in_table: bool = True


def show_listing(
    rows: Iterable[Row], columns: Sequence[Column[Row]], form: Format, *, nothing: str
) -> None:
    """Write *rows*; *nothing* is what a table of no rows says instead.

    JSON is one array of objects that have every column as a key, in the order of *columns*.
    """
    match form:
        case Format.JSON:
            _write_json(_record(row, columns) for row in rows)
        case Format.CSV:
            _write_csv(rows, columns)
        case Format.TABLE:
            _write_table(rows, [column for column in columns if column.in_table], nothing)


def show_record(row: Row, columns: Sequence[Column[Row]], form: Format, *, sentence: str) -> None:
    """Write one *row*, which for people is a *sentence*."""
    match form:
        case Format.JSON:
            print_json(_record(row, columns))
        case Format.CSV:
            _write_csv([row], columns)
        case Format.TABLE:
            typer.echo(visible(sentence))


def print_json(document: Json) -> None:
    """Write *document* as indented ASCII JSON, which no terminal can misunderstand."""
    typer.echo(json.dumps(document, indent=2))


def moment(at: datetime | None) -> str | None:
    """Return *at* as ISO 8601 in UTC to the second, as every listing shows times."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def _record(row: Row, columns: Sequence[Column[Row]]) -> dict[str, Json]:
    return {column.name: column.value(row) for column in columns}


def _write_json(records: Iterator[dict[str, Json]]) -> None:
    """Write an array one record a line, as they come, so that long listings need no memory."""
    separator = "["
    for record in records:
        sys.stdout.write(f"{separator}\n  {json.dumps(record)}")
        separator = ","
    sys.stdout.write("[]\n" if separator == "[" else "\n]\n")


def _write_csv(rows: Iterable[Row], columns: Sequence[Column[Row]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow([column.name for column in columns])
    for row in rows:
        writer.writerow([_cell(column.value(row)) for column in columns])


def _cell(value: Json) -> str:
    """Return *value* for a spreadsheet, in which no text may act as a formula.

    An amount below zero is a number to a spreadsheet, and stays one.
    """
    text = _plain(value)
    risky = isinstance(value, str) and text.startswith(_FORMULA_STARTS)
    return f"'{text}" if risky and not _AMOUNT.fullmatch(text) else text


def _plain(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return visible(value)
        case list() | dict():
            return json.dumps(value)
        case _:
            return str(value)


def _write_table(rows: Iterable[Row], columns: Sequence[Column[Row]], nothing: str) -> None:
    cells = [[_lines(column.value(row)) for column in columns] for row in rows]
    if cells:
        write_table([column.name.replace("_", " ").upper() for column in columns], cells)
    else:
        typer.echo(visible(nothing), err=True)


def _lines(value: Json) -> list[str]:
    """Return *value* for a cell; the entries of a list stand below each other."""
    return [_plain(entry) for entry in value] if isinstance(value, list) else [_plain(value)]
