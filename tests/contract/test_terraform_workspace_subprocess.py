from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.terraform.workspaces import SubprocessWorkspaces
from application.ports.terraform import Workspace
from tests.contract.terraform_fencing_contract import TerraformFencingContract
from tests.contract.terraform_tidying_contract import TerraformTidyingContract
from tests.contract.terraform_workspace_contract import (
    LetItLast,
    TerraformWorkspaceContract,
    UntilItWaits,
    configure,
)
from tests.integration.terraform.runners import no_process_left, until_runs, workspaces_in


class TestSubprocessWorkspace(
    TerraformWorkspaceContract, TerraformFencingContract, TerraformTidyingContract
):
    @pytest.fixture
    def workspaces(self, tmp_path: Path) -> Iterator[SubprocessWorkspaces]:
        yield workspaces_in(tmp_path)
        assert no_process_left(tmp_path)

    @pytest.fixture
    def let_it_last(self) -> LetItLast:
        def configured_anew(workspace: Workspace) -> None:
            configure(workspace, seconds=30)

        return configured_anew

    @pytest.fixture
    def until_it_waits(self, tmp_path: Path) -> UntilItWaits:
        return lambda process: until_runs("sleep", tmp_path, process)

    @pytest.fixture
    def found_id(self) -> str:
        return "b7a1c2de-0000-4000-8000-000000000001"
