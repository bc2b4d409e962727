"""What lies about in the folders, and what becomes of it."""

import os
import shutil
from pathlib import Path

from application.ports.terraform import Ended
from domain.provisioning import ResourceId
from domain.terraform import UNCHANGED, Command
from domain.terraform_state import read_state
from tests.contract.terraform_workspace_contract import (
    PATIENCE,
    THING,
    apply_all,
    begin,
    configure,
    finish,
    until_it_works,
)
from tests.integration.terraform.runners import no_process_left, workspaces_in


def test_what_terraform_could_not_store_is_what_it_goes_on_from(tmp_path: Path) -> None:
    workspace = workspaces_in(tmp_path).of(ResourceId(12))
    configure(workspace)
    apply_all(workspace)
    folder = tmp_path / "terraform/12"
    shutil.move(folder / "terraform.tfstate", folder / "errored.tfstate")
    assert finish(workspace, 4, Command.PLAN).outcome() == Ended(exit_code=UNCHANGED)
    assert not (folder / "errored.tfstate").exists()
    assert read_state(workspace.state() or "").addresses == {THING}


def test_what_was_left_apart_an_hour_ago_is_swept_up(tmp_path: Path) -> None:
    workspaces = workspaces_in(tmp_path)
    configure(workspaces.apart())
    (left,) = (tmp_path / "terraform").glob("apart-*")
    workspaces.apart()
    assert left.exists()
    os.utime(left, (0, 0))
    workspaces.of(ResourceId(12))
    assert left.exists()
    workspaces_in(tmp_path).of(ResourceId(12))  # a worker that was started anew
    assert not left.exists()


def test_what_is_still_at_work_apart_is_not_swept_up(tmp_path: Path) -> None:
    workspace = workspaces_in(tmp_path).apart()
    configure(workspace, seconds=60)
    finish(workspace, 1, Command.INIT)
    finish(workspace, 2, Command.PLAN)
    process = begin(workspace, 3, Command.APPLY)
    until_it_works(process)
    (left,) = (tmp_path / "terraform").glob("apart-*")
    os.utime(left, (0, 0))
    workspaces_in(tmp_path).apart()
    assert left.exists()
    process.kill()
    assert process.wait(PATIENCE)
    os.utime(left, (0, 0))
    workspaces_in(tmp_path).apart()
    assert not left.exists()
    assert no_process_left(tmp_path)
