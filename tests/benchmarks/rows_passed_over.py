"""How many rows of a table a statement reads for nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Select

from tests.integration.persistence.catalog import analysis_of_select

_SHOWN = "Actual Rows"
_PASSED_OVER = ("Rows Removed by Filter", "Rows Removed by Index Recheck")


def rows_passed_over(connection: Connection, statement: Select[Any], *, table: str) -> int:
    """Run *statement*, and return how many rows of *table* it reads beyond those it returns.

    A row counts that a filter removes, and one that is read, sorted and left out. An entry of an
    index that the index itself rules out is no row.
    """
    plan = analysis_of_select(connection, statement)
    read = sum(_read(node) for node in _nodes(plan) if node.get("Relation Name") == table)
    return round(read - float(plan[_SHOWN]))


def _read(node: Mapping[str, Any]) -> float:
    """Return how many rows a scan has read; its counts are means of all its loops."""
    rows = node[_SHOWN] + sum(node.get(reason, 0) for reason in _PASSED_OVER)
    return float(rows * node["Actual Loops"])


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
