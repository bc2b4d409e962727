"""Who may start a step, by what others have left in its folder."""

import fcntl
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.terraform.claims import claim, forbid
from adapters.terraform.process import StepProcess
from adapters.terraform.step_files import StepFiles
from adapters.terraform.step_log import StepLog
from application.ports.errors import Conflict, Unavailable
from application.ports.terraform import Unended


@pytest.fixture
def files(tmp_path: Path) -> StepFiles:
    folder = tmp_path / "7"
    folder.mkdir()
    return StepFiles(folder, 2)


def process(files: StepFiles) -> StepProcess:
    return StepProcess(files, StepLog(files.log, now=lambda: datetime.now(UTC), redact=str))


def test_whoever_is_starting_a_step_keeps_it_from_being_forbidden(files: StepFiles) -> None:
    with os.fdopen(claim(files), "rb"):
        forbid(files)
        assert files.outcome() is Unended.RUNNING
    assert "forbidden" not in files.lock.read_text(encoding="ascii")


def test_a_claim_that_came_to_nothing_can_be_forbidden(files: StepFiles) -> None:
    os.close(claim(files))
    forbid(files)
    assert files.outcome() is Unended.NEVER_STARTED
    with pytest.raises(Conflict, match=r"Step 2 in .* was started, forbidden or passed over"):
        claim(files)


def test_of_two_who_want_to_start_and_to_forbid_a_step_one_succeeds(tmp_path: Path) -> None:
    for number in range(1, 31):
        files = StepFiles(tmp_path / str(number), 1)
        files.folder.mkdir()
        started: list[int] = []
        rivals = [
            threading.Thread(target=forbid, args=(files,)),
            threading.Thread(target=start_quickly, args=(files, started)),
        ]
        for each in rivals:
            each.start()
        for each in rivals:
            each.join()
        assert ("forbidden" in files.lock.read_text(encoding="ascii")) is not bool(started)


def start_quickly(files: StepFiles, started: list[int]) -> None:
    try:
        descriptor = claim(files)
    except Conflict:
        return
    with os.fdopen(descriptor, "ab") as lock:
        lock.write(b"started 77\n")
    started.append(files.number)


def test_a_later_step_that_is_only_being_started_passes_over_an_earlier_one(
    files: StepFiles,
) -> None:
    with os.fdopen(claim(StepFiles(files.folder, 3)), "rb"), pytest.raises(Conflict):
        claim(files)


def test_a_folder_that_cannot_be_written_is_not_taken_for_a_forbidden_step(
    tmp_path: Path,
) -> None:
    (tmp_path / "7").write_text("in the way", encoding="utf-8")
    with pytest.raises(Unavailable, match=r"7 failed: .+\. See that"):
        forbid(StepFiles(tmp_path / "7", 2))


@pytest.mark.parametrize("end", [StepProcess.interrupt, StepProcess.kill])
def test_what_runs_where_it_cannot_be_seen_is_not_said_to_be_stopped(
    files: StepFiles, end: Callable[[StepProcess], None]
) -> None:
    files.lock.write_text("claimed 1\nstarted 4194305\n", encoding="ascii")
    with files.lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Unavailable, match=r"another container .* wait"):
            end(process(files))
        assert not files.path("interrupted").exists()
    end(process(files))


def test_a_step_that_is_just_ending_is_not_out_of_reach(files: StepFiles) -> None:
    files.lock.write_text("claimed 1\nstarted 4194305\n", encoding="ascii")
    with files.lock.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        ending = threading.Timer(0.1, held.close)
        ending.start()
        process(files).kill()
        ending.join()
    assert files.outcome() is Unended.LOST
