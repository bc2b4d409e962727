from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.terraform import step_log
from adapters.terraform.step_log import MOST_LINES, StepLog
from domain.terraform import LogRecord

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def log_in(path: Path) -> StepLog:
    return StepLog(path, now=lambda: NOW, redact=str)


def everything(log: StepLog, *, complete: bool = True) -> list[LogRecord]:
    records: list[LogRecord] = []
    while more := log.read(records[-1].end if records else 0, complete=complete):
        records += more
    return records


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    assert log_in(tmp_path / "none").read(0, complete=True) == []


def test_one_answer_holds_some_hundred_lines(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"line\n" * (2 * MOST_LINES + 1))
    first = log_in(path).read(0, complete=True)
    assert len(first) == MOST_LINES
    assert len(everything(log_in(path))) == 2 * MOST_LINES + 1


def test_one_answer_holds_some_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes((b"x" * 3_000_000 + b"\n") * 4)
    assert len(log_in(path).read(0, complete=True)) == 2
    assert len(everything(log_in(path))) == 4


def test_a_line_without_end_comes_in_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(step_log, "LONGEST_PARSED", 4)
    path = tmp_path / "log"
    path.write_bytes(b"0123456789")
    assert [each.message for each in everything(log_in(path), complete=False)] == ["0123", "4567"]
    assert [each.message for each in everything(log_in(path))] == ["0123", "4567", "89"]


@given(st.lists(st.binary(max_size=12)), st.lists(st.integers(0, 60)))
def test_however_it_grows_each_byte_is_told_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], cuts: list[int]
) -> None:
    content = b"\n".join(parts)
    path = tmp_path_factory.mktemp("log") / "log"
    log, seen = log_in(path), list[LogRecord]()
    for cut in (*sorted(cuts), len(content)):
        path.write_bytes(content[:cut])
        seen += log.read(seen[-1].end if seen else 0, complete=False)
    seen += log.read(seen[-1].end if seen else 0, complete=True)
    assert [each.offset for each in seen] == [0, *(each.end for each in seen)][:-1]
    assert (seen[-1].end if seen else 0) == len(content)
    assert [each.message for each in seen] == [each.message for each in everything(log)]
