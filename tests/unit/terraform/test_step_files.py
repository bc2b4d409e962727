"""How a step stands, by what was left of it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.terraform.step_files import StepFiles
from application.ports.terraform import Ended, Outcome, Unended


@pytest.fixture
def files(tmp_path: Path) -> StepFiles:
    folder = tmp_path / "7"
    folder.mkdir()
    return StepFiles(folder, 3)


@contextmanager
def alive(files: StepFiles) -> Iterator[None]:
    with files.lock.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def say(files: StepFiles, text: str) -> None:
    files.lock.write_text(f"claimed 1\n{text}", encoding="ascii")


def test_while_a_process_holds_the_lock_the_step_runs_whatever_was_said(files: StepFiles) -> None:
    say(files, "started 77\nended 0\n")
    with alive(files):
        assert files.outcome() is Unended.RUNNING
    assert files.outcome() == Ended(exit_code=0)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", Unended.LOST),
        ("ended", Unended.LOST),
        ("ended 1", Unended.LOST),
        ("ended x\n", Unended.LOST),
        ("ended 137\n", Ended(exit_code=137)),
    ],
)
def test_an_exit_code_counts_only_if_it_is_whole(
    files: StepFiles, said: str, expected: Outcome
) -> None:
    say(files, f"started 77\n{said}")
    assert files.outcome() == expected


@pytest.mark.parametrize("said", ["", "started", "started 7"])
def test_a_claim_whose_owner_died_before_the_start_is_none(files: StepFiles, said: str) -> None:
    say(files, said)
    assert files.outcome() is Unended.NEVER_STARTED
    assert files.session() is None


def test_the_session_is_known_when_it_was_written_down_whole(files: StepFiles) -> None:
    say(files, "started 77\n")
    assert files.session() == 77


def test_a_step_that_a_later_one_passed_over_is_lost(files: StepFiles) -> None:
    later = StepFiles(files.folder, 4)
    say(later, "")
    assert files.outcome() is Unended.NEVER_STARTED
    say(later, "started 77\n")
    assert files.outcome() is Unended.LOST


def test_an_end_that_came_into_a_folder_made_anew_says_nothing(files: StepFiles) -> None:
    files.lock.write_text("ended 0\n", encoding="ascii")
    say(StepFiles(files.folder, 4), "started 77\n")
    assert files.outcome() is Unended.LOST


def test_an_end_alone_and_a_log_alone_tell_of_a_start_that_was_lost(files: StepFiles) -> None:
    files.lock.write_text("ended 0\n", encoding="ascii")
    assert files.outcome() is Unended.LOST
    files.lock.unlink()
    assert files.outcome() is Unended.NEVER_STARTED
    files.log.touch()
    assert files.outcome() is Unended.LOST


def test_a_claim_whose_owner_died_after_making_the_log_is_none_either(files: StepFiles) -> None:
    say(files, "")
    files.log.touch()
    assert files.outcome() is Unended.NEVER_STARTED


def test_an_interrupt_is_marked_once(files: StepFiles) -> None:
    assert (files.mark_interrupted(), files.mark_interrupted()) == (True, False)
