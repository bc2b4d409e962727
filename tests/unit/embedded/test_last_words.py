"""What of a log is told to a person when its program has ended."""

import json
from pathlib import Path

import pytest

from adapters.embedded.last_words import last_words

_TRACEBACK = 'Traceback (most recent call last):\n  File "a.py", line 3, in b\n    c()\n    ^^^'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("it starts\nFATAL:  no space left\n", "FATAL: no space left"),
        ('{"event": "It cannot go on.", "level": "error"}\n', "It cannot go on."),
        (
            json.dumps({"event": "It failed", "exception": f"{_TRACEBACK}\nOSError: disk full"}),
            "It failed OSError: disk full",
        ),
        ('{"event": "Cannot connect.\\\\nTrying again in 2 s"}', "Cannot connect."),
        (f"before\n{_TRACEBACK}\nRuntimeError: it broke\n", "RuntimeError: it broke"),
        (f"before\n{_TRACEBACK}\n", "before"),
        ('{"event": "whole"}\n{"event": "cut off", "exc', "whole"),
        ('"a mere string"', '"a mere string"'),
        (" \n\n", "it said nothing."),
        ("", "it said nothing."),
    ],
)
def test_the_last_line_that_says_something_is_told(text: str, words: str, tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text(text)

    assert last_words(log) == words


def test_what_an_earlier_run_wrote_is_not_told(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    log.write_text("of yesterday\n")
    size = log.stat().st_size

    assert last_words(log, since=size) == "it said nothing."
    assert last_words(log, since=size + 100) == "of yesterday"  # it was emptied meanwhile


def test_a_long_line_begins_with_its_beginning_and_a_long_log_is_read_from_its_end(
    tmp_path: Path,
) -> None:
    log = tmp_path / "a.log"
    log.write_text("x" * 200_000 + "\nthe cause " + "y" * 1000)
    assert last_words(log) == ("the cause " + "y" * 1000)[:300]

    log.write_text("x" * 200_000)
    assert last_words(log) == "it said nothing."


def test_without_a_log_that_is_said(tmp_path: Path) -> None:
    assert last_words(tmp_path / "none") == "it wrote no log."
