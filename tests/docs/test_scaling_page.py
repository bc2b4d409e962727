"""The figures of docs/scaling.md are those that are computed from what was measured."""

from tests.benchmarks.scaling import KEPT, figure, inputs, table
from tests.docs.markdown import read, rows, sections


def page() -> dict[str, str]:
    return sections(read("docs/scaling.md"))


def test_the_page_shows_what_is_computed() -> None:
    assert rows(page()["What comes out"]) == table()


def test_the_page_shows_what_it_is_computed_from() -> None:
    shown, kept = page()["What goes in"].split("### What is kept")
    assert {row["of one sync"]: row["figure"] for row in rows(shown)} == inputs()
    assert [(row["table"], row["rows"], row["bytes"]) for row in rows(kept)] == [
        (each.table, figure(each.rows), figure(each.bytes_each)) for each in KEPT
    ]
