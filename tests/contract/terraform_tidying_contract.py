"""What is left where Terraform worked once nobody works there any more."""

import pytest

from application.ports.errors import Conflict, NotFound
from application.ports.terraform import Ended, Unended, Workspace, Workspaces
from domain.provisioning import ResourceId
from domain.terraform import UNCHANGED, Command
from tests.contract.terraform_workspace_contract import (
    NO_KEYS,
    LetItLast,
    UntilItWaits,
    apply_all,
    begin,
    configure,
    everything,
    finish,
    step,
)

RESOURCE = ResourceId(12)


class TerraformTidyingContract:
    """Subclasses are those of the contract of workspaces too, and bring what that asks for."""

    def test_a_tidied_workspace_keeps_neither_state_nor_plan_nor_what_was_written(
        self, workspaces: Workspaces, workspace: Workspace
    ) -> None:
        apply_all(workspace)
        assert workspaces.untidy() == [RESOURCE]
        workspace.tidy(keep_state=False)
        assert workspace.state() is None
        assert everything(workspace.find(step(3))) == []
        with pytest.raises(NotFound):
            workspace.plan_document(NO_KEYS)
        assert workspaces.untidy() == []

    def test_how_each_step_ended_is_known_in_a_tidied_workspace(self, workspace: Workspace) -> None:
        apply_all(workspace)
        workspace.forbid(step(4))
        workspace.tidy(keep_state=False)
        assert workspace.find(step(3)).outcome() == Ended(exit_code=UNCHANGED)
        for number in (3, 4):
            with pytest.raises(Conflict):
                begin(workspace, number, Command.APPLY)

    def test_a_state_that_is_to_be_kept_is_kept(
        self, workspaces: Workspaces, workspace: Workspace
    ) -> None:
        apply_all(workspace)
        state = workspace.state()
        workspace.tidy(keep_state=True)
        assert workspace.state() == state is not None
        assert workspaces.untidy() == [RESOURCE]

    def test_nothing_is_removed_while_a_step_runs(
        self, workspace: Workspace, let_it_last: LetItLast, until_it_waits: UntilItWaits
    ) -> None:
        configure(workspace, seconds=30)
        finish(workspace, 1, Command.INIT)
        finish(workspace, 2, Command.PLAN)
        let_it_last(workspace)
        process = begin(workspace, 3, Command.APPLY)
        until_it_waits(process)
        workspace.tidy(keep_state=False)
        assert process.outcome() is Unended.RUNNING
        assert everything(process) != []
        assert workspace.plan_document(NO_KEYS)
        process.kill()

    def test_a_tidied_workspace_can_be_worked_in_again(self, workspace: Workspace) -> None:
        apply_all(workspace)
        state = workspace.state()
        workspace.tidy(keep_state=False)
        workspace.put_state(str(state))
        finish(workspace, 4, Command.INIT)
        assert finish(workspace, 5, Command.PLAN).outcome() == Ended(exit_code=UNCHANGED)

    def test_there_is_nothing_to_tidy_where_nobody_worked(self, workspaces: Workspaces) -> None:
        assert workspaces.untidy() == []
        workspaces.of(ResourceId(99)).tidy(keep_state=False)
        assert workspaces.untidy() == []
