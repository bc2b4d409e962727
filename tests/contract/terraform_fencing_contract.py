"""What keeps a worker that wakes up late from starting what others have given up."""

import pytest

from application.ports.errors import Conflict
from application.ports.terraform import Ended, Unended, Workspace
from domain.terraform import UNCHANGED, Command
from tests.contract.terraform_workspace_contract import begin, configure, finish, step


class TerraformFencingContract:
    """Subclasses are those of the contract of workspaces too, and bring what that asks for."""

    def test_a_forbidden_step_is_never_started_however_often_it_is_forbidden(
        self, workspace: Workspace
    ) -> None:
        finish(workspace, 1, Command.INIT)
        for _ in range(2):
            workspace.forbid(step(2))
            assert workspace.find(step(2)).outcome() is Unended.NEVER_STARTED
            with pytest.raises(Conflict):
                begin(workspace, 2, Command.PLAN)
        finish(workspace, 3, Command.PLAN)
        assert workspace.find(step(2)).outcome() is Unended.NEVER_STARTED
        assert list(workspace.find(step(2)).read(0)) == []

    def test_a_step_that_a_later_one_has_passed_over_is_not_started(
        self, workspace: Workspace
    ) -> None:
        finish(workspace, 1, Command.INIT)
        finish(workspace, 3, Command.PLAN)
        with pytest.raises(Conflict):
            begin(workspace, 2, Command.APPLY)

    def test_a_step_before_a_forbidden_one_is_not_started(self, workspace: Workspace) -> None:
        finish(workspace, 1, Command.INIT)
        workspace.forbid(step(3))
        with pytest.raises(Conflict):
            begin(workspace, 2, Command.PLAN)

    def test_forbidding_a_step_that_was_started_changes_nothing(self, workspace: Workspace) -> None:
        process = finish(workspace, 1, Command.INIT)
        workspace.forbid(step(1))
        assert process.outcome() == Ended(exit_code=UNCHANGED)
        assert workspace.find(step(1)).outcome() == Ended(exit_code=UNCHANGED)

    def test_forbidding_in_a_folder_that_is_gone_does_not_say_that_nothing_was_started(
        self, workspace: Workspace
    ) -> None:
        finish(workspace, 1, Command.INIT)
        workspace.remove()
        configure(workspace)
        for _ in range(2):
            workspace.forbid(step(1))
            assert workspace.find(step(1)).outcome() is Unended.LOST
        with pytest.raises(Conflict):
            begin(workspace, 1, Command.INIT)
        assert workspace.find(step(2)).outcome() is Unended.NEVER_STARTED
