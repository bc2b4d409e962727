import csv
import io
import json
import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.inventory import Json
from entrypoints.cli.render import Column, Format, show_listing
from entrypoints.cli.text import visible

HOSTILE = "web\x1b[2J\x1b]0;owned\x07[bold red]x[/]\r\n\u202egpj\u200b\x9b31m"


@dataclass(frozen=True)
class Thing:
    name: str
    note: Json = None


COLUMNS = (
    Column[Thing]("name", lambda thing: thing.name),
    Column[Thing]("note", lambda thing: thing.note),
    Column[Thing]("length", lambda thing: len(thing.name), in_table=False),
)


def shown(
    capsys: pytest.CaptureFixture[str], form: Format, *things: Thing, nothing: str = "none"
) -> str:
    show_listing(things, COLUMNS, form, nothing=nothing)
    return capsys.readouterr().out


def test_json_is_an_array_of_objects_with_every_column(capsys: pytest.CaptureFixture[str]) -> None:
    written = shown(capsys, Format.JSON, Thing("a", ["x", 1]), Thing("bc"))
    assert json.loads(written) == [
        {"name": "a", "note": ["x", 1], "length": 1},
        {"name": "bc", "note": None, "length": 2},
    ]


def test_an_empty_listing_is_an_empty_array_a_bare_header_or_a_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert shown(capsys, Format.JSON) == "[]\n"
    assert shown(capsys, Format.CSV) == "name,note,length\n"
    show_listing([], COLUMNS, Format.TABLE, nothing="Nothing yet.")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "Nothing yet.\n")


def test_csv_quotes_what_needs_quotes(capsys: pytest.CaptureFixture[str]) -> None:
    written = shown(capsys, Format.CSV, Thing('say "hi", you', {"k": "v"}))
    assert list(csv.reader(io.StringIO(written)))[1] == ['say "hi", you', '{"k": "v"}', "13"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(
    capsys: pytest.CaptureFixture[str], start: str
) -> None:
    written = shown(capsys, Format.CSV, Thing(f"{start}HYPERLINK(1)"))
    assert list(csv.reader(io.StringIO(written)))[1][0] == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize("amount", ["-1", "-12.5", "-0.000000000000000001"])
def test_an_amount_below_zero_stays_a_number(
    capsys: pytest.CaptureFixture[str], amount: str
) -> None:
    assert shown(capsys, Format.CSV, Thing(amount)).splitlines()[1].startswith(f"{amount},")
    assert shown(capsys, Format.CSV, Thing(f"{amount}+1")).splitlines()[1].startswith("'-")


@pytest.mark.parametrize("form", list(Format))
def test_a_hostile_name_can_neither_steer_the_terminal_nor_style_itself(
    capsys: pytest.CaptureFixture[str], form: Format
) -> None:
    written = shown(capsys, form, Thing(HOSTILE))
    assert written.replace("\n", "").isprintable()
    assert "[bold red]x[/]" in written
    assert "\\u202e" in written


def test_a_table_for_a_pipe_is_never_wrapped_nor_padded(capsys: pytest.CaptureFixture[str]) -> None:
    header, line = shown(capsys, Format.TABLE, Thing("n" * 300)).splitlines()
    assert line == "n" * 300
    assert header.split() == ["NAME", "NOTE"]


def test_one_endless_name_does_not_make_every_line_of_a_table_for_a_pipe_as_long(
    capsys: pytest.CaptureFixture[str],
) -> None:
    endless = "n" * 1_000_000
    written = shown(capsys, Format.TABLE, Thing(endless, "x"), *[Thing("short", "x")] * 1_000)
    assert endless in written
    assert len(written) < len(endless) + 100 * 1_002


def test_a_table_on_a_screen_is_folded_to_its_width_and_takes_no_styling_from_a_name(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")
    written = shown(capsys, Format.TABLE, Thing("[bold red]x[/]"), Thing("n" * 100))
    assert max(len(line) for line in written.splitlines()[1:]) == 40
    assert "[bold red]x[/]" in written
    assert written.count("n") == 100


def test_the_entries_of_a_list_stand_below_each_other(capsys: pytest.CaptureFixture[str]) -> None:
    written = shown(capsys, Format.TABLE, Thing("a", ["first", "second"]))
    assert [line.split() for line in written.splitlines()] == [
        ["NAME", "NOTE"],
        ["a", "first"],
        ["second"],
    ]


@given(st.text())
def test_visible_text_is_one_printable_line_and_honest_text_is_unchanged(text: str) -> None:
    assert visible(text).isprintable()
    assert visible(text) == text or not text.isprintable()
