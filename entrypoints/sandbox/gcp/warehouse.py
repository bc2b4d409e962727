"""A data warehouse that really runs its queries, in memory."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from entrypoints.sandbox.gcp.billing_schema import PARTITION_COLUMNS
from entrypoints.sandbox.gcp.columns import duckdb_shape, duckdb_type, field_of
from entrypoints.sandbox.gcp.errors import Json, Refused, not_found
from entrypoints.sandbox.gcp.sql import TableName, Translated, bad_query, translated

Rows = Callable[[], Sequence[Json]]
"""Makes the rows of a table when the first query comes."""

_PARTITION_FIELDS: Sequence[Json] = (
    {"name": PARTITION_COLUMNS[0], "type": "TIMESTAMP", "mode": "NULLABLE"},
    {"name": PARTITION_COLUMNS[1], "type": "DATE", "mode": "NULLABLE"},
)
_ROW_BYTES = 900
"""About what a row of the billing export takes."""
_MEGABYTE = 2**20


@dataclass(slots=True, kw_only=True)
class Table:
    """A table that is partitioned by the day a row arrived, told by `arrival`."""

    fields: Sequence[Json]
    arrival: str
    sources: list[Rows] = field(default_factory=list)
    loaded: int | None = None
    """How many of the sources are in the database; None: it does not know the table yet."""
    rows: int = 0


@dataclass(slots=True, kw_only=True)
class Dataset:
    """Tables in one location."""

    location: str
    tables: dict[str, Table] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a query found."""

    fields: Sequence[Json]
    rows: Sequence[Sequence[Any]]
    location: str
    bytes: int
    """How much was read."""
    billed: int
    """How much of it is paid for, at least 10 MB of each table."""


class Warehouse:
    """The datasets of one project."""

    def __init__(self, project: str) -> None:
        self.datasets: dict[str, Dataset] = {}
        self.lock = RLock()
        self._project = project
        self._connection: Any = None

    def create_dataset(self, name: str, *, location: str = "EU") -> None:
        """Create an empty dataset."""
        with self.lock:
            self.datasets[name] = Dataset(location=location)

    def create_table(
        self, dataset: str, name: str, fields: Sequence[Json], *, arrival: str = "export_time"
    ) -> None:
        """Create an empty table; *arrival* is the column that says when a row came."""
        with self.lock:
            self.datasets[dataset].tables[name] = Table(fields=fields, arrival=arrival)

    def add_rows(self, dataset: str, table: str, rows: Rows) -> None:
        """Add rows, which are made when they are first needed; times are text."""
        with self.lock:
            self.datasets[dataset].tables[table].sources.append(rows)

    def row_count(self, dataset: str, table: str) -> int:
        """Return how many rows a table has."""
        with self.lock:
            return self._filled(dataset, table).rows

    def close(self) -> None:
        """Let go of the database; the next query fills it again.

        DuckDB complains on standard error when a process ends with one open.
        """
        with self.lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
            for dataset in self.datasets.values():
                for table in dataset.tables.values():
                    table.loaded = None

    def query(
        self,
        text: str,
        *,
        parameters: Sequence[Json] = (),
        location: str | None = None,
        permits: Callable[[TableName], bool] = lambda _: True,
    ) -> Result:
        """Run a query in BigQuery's SQL.

        Raises:
            Refused: it cannot be run, reads what is not in *location*, or what nobody may read.
        """
        asked = translated(text, parameters, project=self._project)
        with self.lock:
            place = self._place(asked, location)
            read = [self._table(name, place, permits) for name in asked.tables]
            fields, rows = self._run(asked.text)
        sizes = [table.rows * _ROW_BYTES for table in read]
        hidden = [] if "_PARTITION" in text.upper() else PARTITION_COLUMNS
        shown = [at for at, each in enumerate(fields) if each["name"] not in hidden]
        return Result(
            fields=[fields[at] for at in shown],
            rows=[[row[at] for at in shown] for row in rows],
            location=place,
            bytes=sum(sizes),
            billed=sum(max(10, -(-size // _MEGABYTE)) * _MEGABYTE for size in sizes),
        )

    def _place(self, asked: Translated, location: str | None) -> str:
        """Return where the query runs: where it is told to, or else where its tables are."""
        known = (self.datasets.get(name.dataset) for name in asked.tables)
        return location or next((each.location for each in known if each), "US")

    def _table(self, name: TableName, location: str, permits: Callable[[TableName], bool]) -> Table:
        if name.project != self._project or not permits(name):
            message = (
                f"Access Denied: Table {name.shown}: User does not have permission to query table "
                f"{name.shown}, or perhaps it does not exist."
            )
            raise Refused(403, message, reason="accessDenied")
        dataset = self.datasets.get(name.dataset)
        if dataset is None or dataset.location.lower() != location.lower():
            place = f"{name.project}:{name.dataset}"
            raise not_found(f"Not found: Dataset {place} was not found in location {location}")
        if name.table not in dataset.tables:
            raise not_found(f"Not found: Table {name.shown} was not found in location {location}")
        return self._filled(name.dataset, name.table)

    def _filled(self, dataset: str, name: str) -> Table:
        table = self.datasets[dataset].tables[name]
        if table.loaded is None:
            self._create(dataset, name, table.fields)
            table.loaded = table.rows = 0
        for source in table.sources[table.loaded :]:
            rows = [_arrived(row, table.arrival) for row in source()]
            shape = json.dumps([duckdb_shape([*table.fields, *_PARTITION_FIELDS])])
            self._database().execute(
                f'INSERT INTO "{dataset}"."{name}" '  # noqa: S608 - names of our own
                f"SELECT r.* FROM (SELECT unnest(json_transform(?, '{shape}')) AS r)",
                [json.dumps(rows)],
            )
            table.loaded += 1
            table.rows += len(rows)
        return table

    def _create(self, dataset: str, name: str, fields: Sequence[Json]) -> None:
        columns = duckdb_type([*fields, *_PARTITION_FIELDS])
        run = self._database().execute
        run(f'CREATE SCHEMA IF NOT EXISTS "{dataset}"')
        run(
            f'CREATE OR REPLACE TABLE "{dataset}"."{name}" '  # noqa: S608 - names of our own
            f"AS SELECT r.* FROM (SELECT unnest([]::{columns}[]) AS r)"
        )

    def _run(self, text: str) -> tuple[list[Json], list[tuple[Any, ...]]]:
        import duckdb  # noqa: PLC0415 - only a query should cost the import

        try:
            done = self._database().execute(text)
            fields = [field_of(name, type_) for name, type_, *_ in done.description]
            return fields, done.fetchall()
        except duckdb.Error as error:
            raise bad_query(f"Query error: {str(error).splitlines()[0]}") from error

    def _database(self) -> Any:  # noqa: ANN401 - DuckDB's own type
        import duckdb  # noqa: PLC0415 - as above

        if self._connection is None:
            self._connection = duckdb.connect()
            self._connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
        return self._connection


def _arrived(row: Json, arrival: str) -> Json:
    """Return *row* with the partition it is in."""
    day = row[arrival][:10]
    return {**row, "_PARTITIONTIME": f"{day}T00:00:00Z", "_PARTITIONDATE": day}
