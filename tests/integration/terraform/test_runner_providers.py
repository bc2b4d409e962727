"""The service's own modules through the runner, with providers that it did not start itself."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.terraform.workspace import SubprocessWorkspace
from application.ports.terraform import (
    Ended,
    ProviderEnvironment,
    TerraformCommand,
    TerraformProcess,
    Unended,
)
from domain.inventory import Json, ResourceKind
from domain.provisioning import ResourceId
from domain.terraform import (
    CHANGES,
    FAILED,
    UNCHANGED,
    Address,
    ChangeAction,
    Command,
    EventType,
)
from domain.terraform_state import read_state
from tests.contract.terraform_workspace_contract import (
    NO_KEYS,
    PATIENCE,
    changes,
    everything,
    step,
)
from tests.integration.terraform.provider_rig import (
    INSTALLATION,
    ProviderRig,
    aws_objects,
)
from tests.integration.terraform.runners import no_process_left, processes_in, workspaces_in

VPC = Address("aws_vpc.this")
NETWORK: dict[str, Json] = {
    "name": "shop",
    "resource_id": "12",
    "installation": INSTALLATION,
    "tags": {},
    "region": "eu-west-1",
    "cidr_block": "10.0.0.0/16",
    "subnets": [],
}


@pytest.fixture
def keys(installed_rig: ProviderRig) -> ProviderEnvironment:
    return replace(NO_KEYS, variables=installed_rig.environment)


@pytest.fixture
def workspace(tmp_path: Path, installed_rig: ProviderRig) -> Iterator[SubprocessWorkspace]:
    workspace = workspaces_in(tmp_path, mirror=installed_rig.mirror).of(ResourceId(12))
    workspace.configure(ResourceKind.AWS_VPC, NETWORK, lock_file=None)
    yield workspace
    assert no_process_left(tmp_path)


def start(
    workspace: SubprocessWorkspace, keys: ProviderEnvironment, number: int, command: Command
) -> TerraformProcess:
    return workspace.start(step(number), TerraformCommand(command=command), keys)


def finish(
    workspace: SubprocessWorkspace, keys: ProviderEnvironment, number: int, command: Command
) -> TerraformProcess:
    process = start(workspace, keys, number, command)
    assert process.wait(PATIENCE)
    said = [each.message for each in everything(process)]
    wanted = CHANGES if command is Command.PLAN else UNCHANGED
    assert process.outcome() == Ended(exit_code=wanted), said
    return process


def test_what_a_killed_step_had_begun_is_taken_over_with_the_same_providers(
    tmp_path: Path,
    aws: str,
    workspace: SubprocessWorkspace,
    keys: ProviderEnvironment,
    installed_rig: ProviderRig,
) -> None:
    installed_rig.trouble(delays={"aws_vpc.create": 60.0})
    finish(workspace, keys, 1, Command.INIT)
    finish(workspace, keys, 2, Command.PLAN)
    process = start(workspace, keys, 3, Command.APPLY)
    while VPC not in aws_objects(aws):
        assert not process.wait(0.02)
    assert len(processes_in(tmp_path)) == len(["the shell", "terraform", "its provider"])
    process.kill()
    assert process.wait(PATIENCE)
    assert no_process_left(tmp_path)
    assert (process.outcome(), workspace.state()) == (Unended.LOST, None)

    locked = workspace.lock_file()
    assert locked is not None and "hashicorp/aws" in locked
    workspace.configure(ResourceKind.AWS_VPC, NETWORK, lock_file=locked)
    workspace.adopt({VPC: aws_objects(aws)[VPC]})
    finish(workspace, keys, 4, Command.INIT)
    plan = finish(workspace, keys, 5, Command.PLAN)
    assert changes(plan) == [(VPC, ChangeAction.IMPORT)]
    finish(workspace, keys, 6, Command.APPLY)
    known = read_state(workspace.state() or "").objects
    assert {each.address: each.cloud_id for each in known} == aws_objects(aws)
    assert workspace.lock_file() == locked


def test_a_provider_that_cannot_be_had_is_told_as_such(tmp_path: Path) -> None:
    mirror = tmp_path / "empty"
    mirror.mkdir()
    workspace = workspaces_in(tmp_path, mirror=mirror).of(ResourceId(12))
    workspace.configure(ResourceKind.AWS_VPC, NETWORK, lock_file=None)
    process = start(workspace, NO_KEYS, 1, Command.INIT)
    assert process.wait(PATIENCE)
    assert process.outcome() == Ended(exit_code=FAILED)
    said = [each.message for each in everything(process) if each.type is EventType.DIAGNOSTIC]
    assert any("hashicorp/aws" in each for each in said), said
