"""What reaches Terraform, what comes back, and what stays out."""

import json
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.terraform.event_text import LONGEST_MESSAGE
from adapters.terraform.program import InstalledTerraform
from adapters.terraform.workspace import SubprocessWorkspace
from application.ports.errors import TimedOut, Unavailable
from application.ports.terraform import Ended, ProviderEnvironment, TerraformCommand
from domain.accounts import SubAccountId
from domain.inventory import ResourceKind
from domain.provisioning import ResourceId
from domain.terraform import Command, EventType
from domain.terraform_state import read_state
from tests.contract.terraform_workspace_contract import (
    NO_KEYS,
    PATIENCE,
    apply_all,
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
    stand_in,
    until_runs,
    workspaces_in,
)

DONE = [Ended(exit_code=0), Ended(exit_code=2), Ended(exit_code=0)]
SECRET = "hush-hush-7f3a"
KEYS = ProviderEnvironment(
    sub_account_id=SubAccountId("111122223333"),
    variables={"AWS_SECRET_ACCESS_KEY": SECRET},
    files={"SSL_CERT_FILE": "-----A CERTIFICATE\n"},
)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[SubprocessWorkspace]:
    yield workspaces_in(tmp_path).of(ResourceId(12))
    assert no_process_left(tmp_path)


def output(workspace: SubprocessWorkspace) -> object:
    return read_state(workspace.state() or "").outputs["value"].value


def test_what_a_worker_has_in_its_environment_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "TF_CLI_ARGS_apply": "-destroy",
        "TF_CLI_ARGS": "-var value=green",
        "TF_VAR_value": "red",
        "TF_LOG": "TRACE",
        "TF_DATA_DIR": str(tmp_path / "elsewhere"),
        "TF_WORKSPACE": "other",
    }.items():
        monkeypatch.setenv(name, value)
    workspace = workspaces_in(tmp_path, worker=os.environ).of(ResourceId(12))
    configure(workspace)
    assert apply_all(workspace) == DONE
    assert output(workspace) == "blue"
    assert [
        each.message for each in everything(workspace.find(step(3))) if "TRACE" in each.message
    ] == []


@pytest.mark.parametrize(
    "value",
    ['${file("/etc/passwd")}', "%{if true}x%{endif}", "\"quoted\"\nand 'broken' \\", "é 猫 \u202e"],
)
def test_a_value_reaches_the_state_as_it_was_given(
    workspace: SubprocessWorkspace, value: str
) -> None:
    configure(workspace, value)
    assert apply_all(workspace) == DONE
    assert output(workspace) == value


def test_a_line_of_any_length_is_one_record(workspace: SubprocessWorkspace) -> None:
    configure(workspace, "x" * 100_000)
    assert apply_all(workspace) == DONE
    records = everything(workspace.find(step(3)))
    assert max(record.length for record in records) > 100_000
    assert max(len(record.message) for record in records) <= LONGEST_MESSAGE
    assert all(record.type is not EventType.RAW for record in records)
    assert [record.offset for record in records] == [0, *(each.end for each in records)][:-1]


def test_the_library_serves_where_no_program_is_found(tmp_path: Path) -> None:
    library = InstalledTerraform(search=lambda _: None)
    workspace = workspaces_in(tmp_path, terraform=library).of(ResourceId(12))
    configure(workspace)
    assert apply_all(workspace) == DONE
    assert output(workspace) == "blue"
    assert everything(workspace.find(step(3)))[-1].type is EventType.OTHER


def test_the_library_ends_in_an_orderly_way_when_it_is_interrupted(tmp_path: Path) -> None:
    library = InstalledTerraform(search=lambda _: None)
    workspace = workspaces_in(tmp_path, terraform=library).of(ResourceId(12))
    configure(workspace, seconds=30)
    finish(workspace, 1, Command.INIT)
    finish(workspace, 2, Command.PLAN)
    process = begin(workspace, 3, Command.APPLY)
    until_runs("sleep", tmp_path, process)  # what has not begun is not ended either
    process.interrupt()
    assert process.wait(PATIENCE)
    assert process.outcome() == Ended(exit_code=1)


def test_no_secret_is_in_an_argument_or_a_file_and_no_file_is_anybody_elses(
    tmp_path: Path, workspace: SubprocessWorkspace
) -> None:
    configure(workspace, seconds=30)
    for number, command in enumerate(Command, 1):
        process = workspace.start(step(number), TerraformCommand(command=command), KEYS)
        if command is not Command.APPLY:
            assert process.wait(PATIENCE)
    until_it_works(process)
    arguments = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes_in(tmp_path)]
    assert arguments and not any(SECRET.encode() in each for each in arguments)
    process.kill()
    assert process.wait(PATIENCE)
    files = [each for each in (tmp_path / "terraform").rglob("*") if each.is_file()]
    assert files and not any(SECRET.encode() in each.read_bytes() for each in files)
    everybodys = [each for each in files if stat.S_IMODE(each.stat().st_mode) & 0o077]
    assert everybodys == []
    assert stat.S_IMODE((tmp_path / "terraform/12").stat().st_mode) == 0o700


def test_terraform_sees_what_it_was_given_and_nothing_else(tmp_path: Path) -> None:
    terraform = stand_in(tmp_path, 'env; cat "$SSL_CERT_FILE"; umask; pwd')
    around = {"HTTPS_PROXY": "http://proxy:3128", "SSL_CERT_FILE": "/ours", "EDITOR": "vi"}
    workspace = workspaces_in(tmp_path, terraform=terraform, worker=around).of(ResourceId(12))
    configure(workspace)
    process = workspace.start(step(1), TerraformCommand(command=Command.INIT), KEYS)
    assert process.wait(PATIENCE)
    said = [each.message for each in everything(process)]
    folder = tmp_path / "terraform/12"
    assert sorted(line for line in said if "=" in line and not line.startswith(("PWD=", "_="))) == [
        f"AWS_SECRET_ACCESS_KEY={SECRET}",
        "CHECKPOINT_DISABLE=1",
        f"HOME={folder}/home",
        "HTTPS_PROXY=http://proxy:3128",
        f"PATH={os.defpath}",
        f"SSL_CERT_FILE={folder}/files/SSL_CERT_FILE",
        f"TF_CLI_CONFIG_FILE={folder}/cli.tfrc",
        "TF_INPUT=0",
        "TF_IN_AUTOMATION=1",
        "TMPDIR=/tmp",
    ]
    assert said[-3:] == ["-----A CERTIFICATE", "0077", str(folder)]


def test_terraform_is_interrupted_once_however_many_ask_for_it(tmp_path: Path) -> None:
    terraform = stand_in(tmp_path, "trap 'echo interrupted' INT; echo begun; sleep 1; sleep 0.3")
    workspace = workspaces_in(tmp_path, terraform=terraform).of(ResourceId(12))
    configure(workspace)
    process = begin(workspace, 1, Command.INIT)
    while not process.read(0):
        assert not process.wait(0.01)
    for each in (process, process, workspace.find(step(1)), workspace.find(step(1))):
        each.interrupt()
        time.sleep(0.05)
    assert process.wait(PATIENCE)
    assert [each.message for each in everything(process)] == ["begun", "interrupted"]


def test_a_line_without_an_end_is_one_only_when_nothing_can_follow(tmp_path: Path) -> None:
    terraform = stand_in(tmp_path, "printf 'whole\\nhal'; sleep 0.5; printf 'f \\377'")
    workspace = workspaces_in(tmp_path, terraform=terraform).of(ResourceId(12))
    configure(workspace)
    process = begin(workspace, 1, Command.INIT)
    while not (seen := process.read(0)):
        assert not process.wait(0.01)
    assert [each.message for each in seen] == ["whole"]
    assert process.wait(PATIENCE)
    assert [each.message for each in process.read(seen[-1].end)] == ["half \ufffd"]


def test_a_plan_that_is_not_shown_in_time_keeps_nobody_waiting(tmp_path: Path) -> None:
    terraform = stand_in(tmp_path, '[ "$1" = show ] && sleep 60; : > tfplan')
    workspace = workspaces_in(tmp_path, terraform=terraform, patience=0.2).of(ResourceId(12))
    configure(workspace)
    finish(workspace, 1, Command.PLAN)
    with pytest.raises(TimedOut):
        workspace.plan_document(NO_KEYS)
    assert no_process_left(tmp_path)


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "terraform").write_text("in the way", encoding="utf-8")
    workspace = workspaces_in(tmp_path).of(ResourceId(12))
    with pytest.raises(Unavailable, match=r"terraform/12 failed: .+\. See that"):
        configure(workspace)


def test_the_files_of_an_older_module_do_not_stay(tmp_path: Path) -> None:
    workspace = workspaces_in(tmp_path).of(ResourceId(12))
    configure(workspace)
    left = tmp_path / "terraform/12/network.tf"
    left.write_text("", encoding="utf-8")
    workspace.configure(ResourceKind.AWS_VPC, {"value": "é", "seconds": 0}, lock_file="# locked\n")
    variables = (tmp_path / "terraform/12/terraform.tfvars.json").read_text(encoding="utf-8")
    assert not left.exists()
    assert json.loads(variables) == {"value": "é", "seconds": 0}
    assert workspace.lock_file() == "# locked\n"
