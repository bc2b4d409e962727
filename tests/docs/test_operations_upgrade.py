"""Workers of the version before go on while the tables are new already."""

from dataclasses import dataclass
from itertools import pairwise

import psycopg2
import pytest

from adapters.persistence import schema

SINCE = "0006"
"""From this revision on migrations keep the promise of the page on operations."""
STEPS = list(pairwise(schema.revisions()[schema.revisions().index(SINCE) :]))
_COLUMNS = """
    SELECT table_name, column_name, is_nullable = 'YES' OR column_default IS NOT NULL
    OR is_identity = 'YES'
    FROM information_schema.columns WHERE table_schema = 'public'
"""


@dataclass(frozen=True, kw_only=True)
class Tables:
    """Which columns there are, and which of them an insert may leave out."""

    columns: frozenset[tuple[str, str]]
    optional: frozenset[tuple[str, str]]

    @property
    def names(self) -> set[str]:
        return {table for table, _ in self.columns}


@pytest.mark.parametrize(("before", "after"), STEPS)
def test_a_migration_adds_only_what_the_version_before_need_not_know(
    before: str, after: str, empty_database_url: str
) -> None:
    schema.upgrade_to(empty_database_url, before)
    known = _tables(empty_database_url)
    schema.upgrade_to(empty_database_url, after)
    found = _tables(empty_database_url)

    assert known.columns <= found.columns
    added = {each for each in found.columns - known.columns if each[0] in known.names}
    assert added - found.optional == set()


def _tables(url: str) -> Tables:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(_COLUMNS)
        rows = cursor.fetchall()
    connection.close()
    return Tables(
        columns=frozenset((table, column) for table, column, _ in rows),
        optional=frozenset((table, column) for table, column, optional in rows if optional),
    )
