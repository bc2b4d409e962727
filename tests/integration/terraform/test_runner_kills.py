"""Whoever is killed, a step is neither repeated nor mistaken for one that ended well."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.terraform.workspace import SubprocessWorkspace
from application.ports.errors import Conflict
from application.ports.terraform import Ended, TerraformProcess, Unended
from domain.provisioning import ResourceId
from domain.terraform import Command
from domain.terraform_state import read_state
from tests.contract.terraform_workspace_contract import (
    PATIENCE,
    THING,
    begin,
    configure,
    everything,
    finish,
    step,
    until_it_works,
)
from tests.integration.terraform.runners import (
    no_process_left,
    processes_in,
    until_runs,
    workspaces_in,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[SubprocessWorkspace]:
    """A workspace with a plan, whose apply takes a minute."""
    workspace = workspaces_in(tmp_path).of(ResourceId(12))
    planned(workspace, seconds=60)
    yield workspace
    assert no_process_left(tmp_path)


def planned(workspace: SubprocessWorkspace, *, seconds: int) -> None:
    configure(workspace, seconds=seconds)
    finish(workspace, 1, Command.INIT)
    finish(workspace, 2, Command.PLAN)


def started_elsewhere(folder: Path) -> "subprocess.Popen[str]":
    starter = subprocess.Popen(
        [sys.executable, "-m", "tests.integration.terraform.starter", str(folder), "3", "apply"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout is not None
    assert starter.stdout.readline() == "started\n"
    return starter


def kill(starter: "subprocess.Popen[str]") -> None:
    starter.kill()
    starter.communicate()


def pids(folder: Path, name: str) -> list[int]:
    return [pid for pid, known in processes_in(folder).items() if known == name]


def in_the_midst(folder: Path, workspace: SubprocessWorkspace) -> TerraformProcess:
    """Return an apply that has started what takes so long."""
    process = begin(workspace, 3, Command.APPLY)
    until_runs("sleep", folder, process)
    return process


def test_an_apply_whose_starter_is_killed_runs_on_and_no_line_is_lost_or_doubled(
    tmp_path: Path,
) -> None:
    workspace = workspaces_in(tmp_path).of(ResourceId(12))
    planned(workspace, seconds=1)
    starter = started_elsewhere(tmp_path)
    process = workspace.find(step(3))
    before = until_it_works(process)
    kill(starter)
    assert process.outcome() is Unended.RUNNING
    assert process.wait(PATIENCE)
    assert process.outcome() == Ended(exit_code=0)
    after = list(process.read(before[-1].end))
    assert [(each.offset, each.message) for each in before + after] == [
        (each.offset, each.message) for each in everything(workspace.find(step(3)))
    ]
    assert after[-1].end == (tmp_path / "terraform/12/runs/7/003.log").stat().st_size
    assert read_state(workspace.state() or "").addresses == {THING}


def test_an_apply_of_a_worker_that_ignores_interrupts_can_be_interrupted_by_another(
    tmp_path: Path, workspace: SubprocessWorkspace
) -> None:
    starter = started_elsewhere(tmp_path)
    process = workspace.find(step(3))
    until_runs("sleep", tmp_path, process)
    process.interrupt()
    assert process.wait(PATIENCE)
    assert process.outcome() == Ended(exit_code=1)
    kill(starter)


def test_what_a_killed_terraform_leaves_behind_counts_until_it_is_gone(
    tmp_path: Path, workspace: SubprocessWorkspace
) -> None:
    process = in_the_midst(tmp_path, workspace)
    for pid in pids(tmp_path, "terraform"):
        os.kill(pid, signal.SIGKILL)
    assert not process.wait(0.3)
    assert workspace.find(step(3)).outcome() is Unended.RUNNING
    for pid in pids(tmp_path, "sleep"):
        os.kill(pid, signal.SIGKILL)
    assert process.wait(PATIENCE)
    assert process.outcome() == Ended(exit_code=128 + signal.SIGKILL)


def test_a_step_whose_shell_is_killed_too_is_lost(
    tmp_path: Path, workspace: SubprocessWorkspace
) -> None:
    process = in_the_midst(tmp_path, workspace)
    for pid in sorted(processes_in(tmp_path)):
        os.kill(pid, signal.SIGKILL)
    assert process.wait(PATIENCE)
    assert process.outcome() is Unended.LOST
    with pytest.raises(Conflict):
        begin(workspace, 3, Command.APPLY)


@pytest.mark.parametrize("found_again", [False, True])
def test_a_step_whose_folder_is_removed_is_lost_but_can_still_be_killed(
    tmp_path: Path, workspace: SubprocessWorkspace, found_again: bool
) -> None:
    process: TerraformProcess = begin(workspace, 3, Command.APPLY)
    until_it_works(process)
    shutil.rmtree(tmp_path / "terraform/12")
    if found_again:
        process = workspace.find(step(3))
    assert process.outcome() is Unended.LOST
    assert not process.wait(0.05)
    process.kill()
    assert process.wait(PATIENCE)
    assert no_process_left(tmp_path)


def test_a_step_that_lost_one_file_runs_on_and_is_lost_only_when_it_is_gone(
    tmp_path: Path, workspace: SubprocessWorkspace
) -> None:
    in_the_midst(tmp_path, workspace)
    (tmp_path / "terraform/12/runs/7/003.step").unlink()
    found = workspace.find(step(3))
    assert (found.outcome(), found.wait(0.05)) == (Unended.RUNNING, False)
    with pytest.raises(Conflict):
        begin(workspace, 3, Command.APPLY)
    found.interrupt()
    assert found.wait(PATIENCE)
    assert "execution halted" in everything(found)[-1].message
    assert found.outcome() is Unended.LOST
    with pytest.raises(Conflict):
        begin(workspace, 3, Command.APPLY)


def test_of_many_who_start_a_step_at_once_one_does(workspace: SubprocessWorkspace) -> None:
    def attempt(_: int) -> TerraformProcess | None:
        try:
            return begin(workspace, 3, Command.APPLY)
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        started = [each for each in pool.map(attempt, range(8)) if each is not None]
    assert len(started) == 1
    started[0].kill()
    assert started[0].wait(PATIENCE)


def test_a_step_that_is_merely_looked_at_meanwhile_can_be_started(
    workspace: SubprocessWorkspace,
) -> None:
    with ThreadPoolExecutor(2) as pool:
        looks = [
            pool.submit(lambda: [workspace.find(step(3)).outcome() for _ in range(200)])
            for _ in range(2)
        ]
        process = begin(workspace, 3, Command.APPLY)
        seen = {outcome for look in looks for outcome in look.result()}
    assert seen <= {Unended.NEVER_STARTED, Unended.RUNNING}
    process.kill()
    assert process.wait(PATIENCE)


def test_killing_one_step_leaves_the_others_alone(
    tmp_path: Path, workspace: SubprocessWorkspace
) -> None:
    other = workspaces_in(tmp_path).of(ResourceId(13))
    planned(other, seconds=60)
    mine, theirs = begin(workspace, 3, Command.APPLY), begin(other, 3, Command.APPLY)
    until_it_works(mine)
    until_it_works(theirs)
    mine.kill()
    assert mine.wait(PATIENCE)
    assert theirs.outcome() is Unended.RUNNING
    theirs.kill()
    assert theirs.wait(PATIENCE)
