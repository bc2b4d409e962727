"""Queries in BigQuery's SQL, put so that DuckDB runs them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from entrypoints.sandbox.gcp.errors import Json, Refused

if TYPE_CHECKING:
    from sqlglot import exp

_PRECISION: Mapping[str, str] = {"DECIMAL": "DECIMAL(38, 9)", "BIGDECIMAL": "DECIMAL(38, 18)"}
"""What NUMERIC and BIGNUMERIC hold; without figures DuckDB keeps three decimals."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableName:
    """A table in full."""

    project: str
    dataset: str
    table: str

    @property
    def shown(self) -> str:
        """The name as BigQuery's errors put it."""
        return f"{self.project}:{self.dataset}.{self.table}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Translated:
    """A query for DuckDB, and the tables it reads."""

    text: str
    tables: Sequence[TableName]


def bad_query(message: str) -> Refused:
    """Return the refusal of a query that cannot be run."""
    return Refused(400, message, reason="invalidQuery")


def translated(text: str, parameters: Sequence[Json], *, project: str) -> Translated:
    """Return *text* for DuckDB, with every parameter in its place.

    Raises:
        Refused: it is no query, or a parameter has no value.
    """
    import sqlglot  # noqa: PLC0415 - takes a third of a second, which only a query should cost
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    try:
        tree = sqlglot.parse_one(text, read="bigquery")
    except SqlglotError as error:
        raise bad_query(f"Syntax error: {str(error).splitlines()[0]}") from error
    if not isinstance(tree, exp.Query):
        raise bad_query("Only SELECT statements are understood here.")
    tables = [_unqualified(table, project) for table in _real_tables(tree)]
    values = {each.get("name", ""): each for each in parameters}
    _name_columns(tree)
    tree = tree.transform(
        lambda node: _literal(node.name, values) if isinstance(node, exp.Parameter) else node
    )
    tree = tree.transform(_respelled).transform(_day)
    return Translated(text=tree.sql(dialect="duckdb"), tables=tables)


def _real_tables(tree: "exp.Query") -> Iterable["exp.Table"]:
    """Yield the tables that are read; a name for a part of the query is none."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    parts = {each.alias_or_name for each in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.db or (table.name and table.name not in parts):
            yield table


def _unqualified(table: "exp.Table", project: str) -> TableName:
    """Take the project out of a table's name and return the whole."""
    if not table.db:
        raise bad_query(
            f'Table "{table.name}" must be qualified with a dataset (e.g. dataset.table).'
        )
    name = TableName(project=table.catalog or project, dataset=table.db, table=table.name)
    table.set("catalog", None)
    return name


def _respelled(node: Any) -> Any:  # noqa: ANN401 - a node of sqlglot's tree
    """Return what means in DuckDB what *node* means in BigQuery."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    if isinstance(node, exp.DataType) and not node.expressions:
        wide = _PRECISION.get(node.this.name)
        return exp.DataType.build(wide, dialect="duckdb") if wide else node
    nameless = isinstance(node, exp.Unnest) and not node.args.get("alias")
    if nameless and isinstance(node.parent, exp.From | exp.Join):
        return _fields_as_columns(node)
    return node


def _day(node: Any) -> Any:  # noqa: ANN401 - as above
    """Keep a day a day when days are added to it; DuckDB makes it a time."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    return exp.cast(node, "DATE") if isinstance(node, exp.DateAdd | exp.DateSub) else node


def _name_columns(tree: "exp.Query") -> None:
    """Give the columns without a name those that BigQuery gives them."""
    from sqlglot import exp  # noqa: PLC0415 - as above

    if isinstance(tree, exp.Select):
        for place, column in enumerate(tree.expressions):
            if not column.output_name and not column.is_star:
                tree.expressions[place] = exp.alias_(column, f"f{place}_")


def _literal(name: str, values: Mapping[str, Json]) -> "exp.Expression":
    import sqlglot  # noqa: PLC0415 - as above
    from sqlglot import exp  # noqa: PLC0415

    given = values.get(name)
    if given is None:
        raise bad_query(f"Query parameter '{name}' not found")
    type_, value = given["parameterType"], given.get("parameterValue", {})
    if type_["type"] == "ARRAY":
        inner = type_["arrayType"]["type"]
        items = [_cast(each.get("value"), inner) for each in value.get("arrayValues", ())]
        return sqlglot.exp.Array(expressions=items)
    literal: exp.Expression = _cast(value.get("value"), type_["type"])
    return literal


def _cast(value: str | None, type_: str) -> "exp.Expression":
    from sqlglot import exp  # noqa: PLC0415 - as above

    text = exp.null() if value is None else exp.Literal.string(value)
    return exp.cast(text, exp.DataType.build(type_, dialect="bigquery"))


def _fields_as_columns(node: Any) -> Any:  # noqa: ANN401 - a node of sqlglot's tree
    """Return what gives a list of records without a name of its own its fields as columns."""
    import sqlglot  # noqa: PLC0415 - as above

    listed = node.expressions[0].sql(dialect="duckdb")
    return sqlglot.parse_one(
        f"SELECT * FROM (SELECT UNNEST({listed}, recursive := TRUE))",  # noqa: S608 - a sandbox
        read="duckdb",
    ).find(sqlglot.exp.Subquery)
