"""The page on FOCUS shows every column of the file, in its order."""

from entrypoints.cli.focus import COLUMNS
from tests.docs.markdown import read, rows


def test_the_page_shows_every_column_and_how_much_focus_insists_on_it() -> None:
    shown = [(row["column"], row["level"]) for row in rows(read("docs/reference/focus.md"))]
    assert shown == [(column.name, column.level.value) for column in COLUMNS]
