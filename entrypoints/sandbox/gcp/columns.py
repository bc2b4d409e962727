"""BigQuery's types, DuckDB's types, and values as BigQuery sends them."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from entrypoints.sandbox.gcp.errors import Json

_TO_DUCKDB: Mapping[str, str] = {
    "STRING": "VARCHAR",
    "INTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "NUMERIC": "DECIMAL(38,9)",
    "TIMESTAMP": "TIMESTAMPTZ",
    "DATETIME": "TIMESTAMP",
    "DATE": "DATE",
}
_FROM_DUCKDB: Mapping[str, str] = {
    "varchar": "STRING",
    "double": "FLOAT",
    "float": "FLOAT",
    "boolean": "BOOLEAN",
    "decimal": "NUMERIC",
    "timestamp with time zone": "TIMESTAMP",
    "timestamp": "DATETIME",
    "date": "DATE",
    "time": "TIME",
    "blob": "BYTES",
}  # and every other is a whole number


def duckdb_type(fields: Sequence[Json]) -> str:
    """Return the type of a row of *fields*."""
    columns = (f'"{each["name"]}" {_column_type(each)}' for each in fields)
    return f"STRUCT({', '.join(columns)})"


def _column_type(field: Json) -> str:
    nested = field.get("fields")
    type_ = duckdb_type(nested) if nested else _TO_DUCKDB[field["type"]]
    return f"{type_}[]" if field.get("mode") == "REPEATED" else type_


def duckdb_shape(fields: Sequence[Json]) -> Json:
    """Return what tells DuckDB to read a row of *fields* out of JSON; what is absent is null."""
    return {each["name"]: _column_shape(each) for each in fields}


def _column_shape(field: Json) -> Any:  # noqa: ANN401 - JSON
    nested = field.get("fields")
    shape = duckdb_shape(nested) if nested else _TO_DUCKDB[field["type"]]
    return [shape] if field.get("mode") == "REPEATED" else shape


def field_of(name: str, type_: Any) -> Json:  # noqa: ANN401 - DuckDB's own type
    """Return what BigQuery would call a column of DuckDB's *type_*."""
    mode = "NULLABLE"
    if type_.id == "list":
        mode, type_ = "REPEATED", type_.children[0][1]
    if type_.id == "struct":
        nested = [field_of(inner, inner_type) for inner, inner_type in type_.children]
        return {"name": name, "type": "RECORD", "mode": mode, "fields": nested}
    return {"name": name, "type": _FROM_DUCKDB.get(type_.id, "INTEGER"), "mode": mode}


def wire_row(fields: Sequence[Json], row: Sequence[Any], *, whole_times: bool) -> Json:
    """Return *row* as it is sent; *whole_times*: times in microseconds, otherwise in seconds."""
    cells = zip(fields, row, strict=True)
    return {"f": [{"v": _cell(field, value, whole_times)} for field, value in cells]}


def _cell(field: Json, value: Any, whole_times: bool) -> Any:  # noqa: ANN401 - JSON
    if field["mode"] == "REPEATED":
        one = {**field, "mode": "NULLABLE"}
        return [{"v": _cell(one, each, whole_times)} for each in value or ()]
    if value is None:
        return None
    if field["type"] == "RECORD":
        return wire_row(field["fields"], list(value.values()), whole_times=whole_times)
    return _text(value, whole_times)


def _text(value: Any, whole_times: bool) -> str:  # noqa: ANN401 - of any simple type
    match value:
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value.normalize():f}"
        case bytes():
            return base64.b64encode(value).decode()
        case datetime() if value.tzinfo is not None:
            return _instant(value, whole_times)
        case datetime():
            return value.isoformat()
    return str(value)


def _instant(value: datetime, whole_times: bool) -> str:
    since = value.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    microseconds = (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds
    return str(microseconds) if whole_times else repr(microseconds / 1_000_000)
