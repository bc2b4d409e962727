"""What every place where Terraform works promises."""

from collections.abc import Callable
from typing import Final, TypeAlias

import pytest

from application.ports.errors import Conflict, NotFound
from application.ports.terraform import (
    Ended,
    ProviderEnvironment,
    TerraformCommand,
    TerraformProcess,
    Unended,
    Workspace,
    Workspaces,
)
from domain.accounts import SubAccountId
from domain.inventory import ResourceKind
from domain.provisioning import ResourceId, RunId
from domain.terraform import (
    CHANGES,
    FAILED,
    UNCHANGED,
    Address,
    ChangeAction,
    Command,
    EventType,
    LogRecord,
    StepId,
)
from domain.terraform_state import read_state

RUN = RunId(7)
THING = Address("terraform_data.this")
NO_KEYS = ProviderEnvironment(sub_account_id=SubAccountId("111122223333"), variables={})
PATIENCE: Final = 60.0

LetItLast: TypeAlias = Callable[[Workspace], None]
"""Lets the next apply of the workspace, configured before, wait once it has begun its work."""
UntilItWaits: TypeAlias = Callable[[TerraformProcess], object]
"""Waits for such an apply to wait."""


def configure(workspace: Workspace, value: str = "blue", *, seconds: int = 0) -> None:
    variables: dict[str, str | int] = {"value": value, "seconds": seconds}
    workspace.configure(ResourceKind.AWS_VPC, dict(variables), lock_file=None)


def step(number: int) -> StepId:
    return StepId(run_id=RUN, number=number)


def begin(
    workspace: Workspace, number: int, command: Command, *, destroy: bool = False
) -> TerraformProcess:
    wanted = TerraformCommand(command=command, destroy=destroy)
    return workspace.start(step(number), wanted, NO_KEYS)


def finish(
    workspace: Workspace, number: int, command: Command, *, destroy: bool = False
) -> TerraformProcess:
    process = begin(workspace, number, command, destroy=destroy)
    assert process.wait(PATIENCE)
    return process


def apply_all(workspace: Workspace, *, after: int = 0, destroy: bool = False) -> list[object]:
    outcomes: list[object] = []
    for number, command in enumerate(Command, after + 1):
        wanted = destroy and command is Command.PLAN
        outcomes.append(finish(workspace, number, command, destroy=wanted).outcome())
    return outcomes


def everything(process: TerraformProcess) -> list[LogRecord]:
    records: list[LogRecord] = []
    while more := process.read(records[-1].end if records else 0):
        records += more
    return records


def changes(process: TerraformProcess) -> list[tuple[Address | None, ChangeAction | None]]:
    return [
        (record.address, record.action)
        for record in everything(process)
        if record.type is EventType.PLANNED_CHANGE
    ]


def until_it_works(process: TerraformProcess) -> list[LogRecord]:
    """Return what was written up to the first object that is being made."""
    records: list[LogRecord] = []
    for _ in range(int(PATIENCE / 0.02)):
        records += process.read(records[-1].end if records else 0)
        if any(record.type is EventType.APPLY_START for record in records):
            return records
        assert not process.wait(0.02), records
    raise AssertionError(records)


class TerraformWorkspaceContract:
    """Subclasses bring `workspaces`, `let_it_last`, `until_it_waits` and a `found_id`.

    Their module makes one `terraform_data`.
    """

    @pytest.fixture
    def workspace(self, workspaces: Workspaces) -> Workspace:
        workspace = workspaces.of(ResourceId(12))
        configure(workspace)
        return workspace

    @pytest.fixture
    def lasting(self, workspace: Workspace, let_it_last: LetItLast) -> TerraformProcess:
        """An apply that has begun to make something and is not done with it."""
        let_it_last(workspace)
        finish(workspace, 1, Command.INIT)
        finish(workspace, 2, Command.PLAN)
        return begin(workspace, 3, Command.APPLY)

    def test_init_plan_and_apply_build_what_the_state_then_knows(
        self, workspace: Workspace
    ) -> None:
        assert apply_all(workspace) == [
            Ended(exit_code=UNCHANGED),
            Ended(exit_code=CHANGES),
            Ended(exit_code=UNCHANGED),
        ]
        state = workspace.state()
        assert state is not None
        assert read_state(state).addresses == {THING}

    def test_a_second_plan_finds_nothing_to_do(self, workspace: Workspace) -> None:
        apply_all(workspace)
        assert finish(workspace, 4, Command.PLAN).outcome() == Ended(exit_code=UNCHANGED)

    def test_destroying_leaves_a_state_that_knows_nothing(self, workspace: Workspace) -> None:
        apply_all(workspace)
        apply_all(workspace, after=3, destroy=True)
        assert changes(workspace.find(step(5))) == [(THING, ChangeAction.DELETE)]
        assert read_state(workspace.state() or "").addresses == frozenset()

    def test_the_log_says_what_was_planned_begun_and_made(self, workspace: Workspace) -> None:
        apply_all(workspace)
        assert changes(workspace.find(step(2))) == [(THING, ChangeAction.CREATE)]
        made = [
            record
            for record in everything(workspace.find(step(3)))
            if record.type in {EventType.APPLY_START, EventType.APPLY_COMPLETE}
        ]
        known = read_state(workspace.state() or "").objects
        assert [record.address for record in made] == [THING, THING]
        assert made[-1].cloud_id == known[0].cloud_id

    def test_lines_follow_each_other_without_gap_and_are_the_same_for_everybody(
        self, workspace: Workspace
    ) -> None:
        process = finish(workspace, 1, Command.INIT)
        records = everything(process)
        assert [record.offset for record in records] == [0, *(each.end for each in records)][:-1]
        assert [each.message for each in everything(workspace.find(step(1)))] == [
            each.message for each in records
        ]
        assert list(process.read(records[-1].end)) == []

    def test_a_step_is_started_once(self, workspace: Workspace) -> None:
        finish(workspace, 1, Command.INIT)
        with pytest.raises(Conflict):
            begin(workspace, 1, Command.INIT)

    def test_a_step_that_runs_is_not_started_again(
        self, workspace: Workspace, lasting: TerraformProcess
    ) -> None:
        until_it_works(lasting)
        with pytest.raises(Conflict):
            begin(workspace, 3, Command.APPLY)
        lasting.kill()

    def test_a_step_that_nobody_started_is_told_from_one_whose_folder_is_gone(
        self, workspace: Workspace
    ) -> None:
        assert workspace.find(step(1)).outcome() is Unended.LOST
        finish(workspace, 1, Command.INIT)
        assert workspace.find(step(2)).outcome() is Unended.NEVER_STARTED
        assert list(workspace.find(step(2)).read(0)) == []
        workspace.remove()
        assert workspace.find(step(1)).outcome() is Unended.LOST

    def test_a_folder_made_anew_does_not_make_lost_steps_startable(
        self, workspace: Workspace
    ) -> None:
        apply_all(workspace)
        workspace.remove()
        configure(workspace)
        finish(workspace, 4, Command.INIT)
        assert workspace.find(step(3)).outcome() is Unended.LOST
        assert workspace.find(step(5)).outcome() is Unended.NEVER_STARTED

    def test_a_step_under_way_is_seen_as_such_by_everybody(
        self, workspace: Workspace, lasting: TerraformProcess
    ) -> None:
        until_it_works(lasting)
        found = workspace.find(step(3))
        assert lasting.outcome() is Unended.RUNNING
        assert found.outcome() is Unended.RUNNING
        assert not found.wait(0.01)
        assert until_it_works(found)
        found.kill()

    def test_an_interrupted_apply_ends_in_an_orderly_way_and_keeps_what_it_made(
        self, workspace: Workspace, lasting: TerraformProcess, until_it_waits: UntilItWaits
    ) -> None:
        until_it_waits(lasting)  # what has not begun is not ended in an orderly way either
        assert not lasting.interrupted()
        workspace.find(step(3)).interrupt()
        assert lasting.wait(PATIENCE)
        assert lasting.interrupted()
        assert workspace.find(step(3)).interrupted()
        assert lasting.outcome() == Ended(exit_code=FAILED)
        assert read_state(workspace.state() or "").addresses == {THING}
        assert "execution halted" in everything(lasting)[-1].message

    def test_a_killed_step_leaves_no_process_and_no_answer(
        self, workspace: Workspace, lasting: TerraformProcess
    ) -> None:
        until_it_works(lasting)
        workspace.find(step(3)).kill()
        assert lasting.wait(PATIENCE)
        assert lasting.outcome() is Unended.LOST
        assert workspace.find(step(3)).outcome() is Unended.LOST

    def test_a_step_that_has_ended_is_left_alone(self, workspace: Workspace) -> None:
        process = finish(workspace, 1, Command.INIT)
        process.interrupt()
        process.kill()
        assert process.outcome() == Ended(exit_code=UNCHANGED)
        assert not process.interrupted()

    def test_the_plan_can_be_looked_at_until_the_workspace_is_tidied(
        self, workspace: Workspace
    ) -> None:
        with pytest.raises(NotFound):
            workspace.plan_document(NO_KEYS)
        finish(workspace, 1, Command.INIT)
        finish(workspace, 2, Command.PLAN)
        planned = workspace.plan_document(NO_KEYS)["resource_changes"]
        assert isinstance(planned, list) and isinstance(planned[0], dict)
        assert planned[0]["address"] == THING
        workspace.tidy(keep_state=True)
        workspace.tidy(keep_state=True)
        with pytest.raises(NotFound):
            workspace.plan_document(NO_KEYS)

    def test_there_is_no_state_before_the_first_apply_nor_in_an_empty_file(
        self, workspace: Workspace
    ) -> None:
        assert workspace.state() is None
        workspace.put_state("")
        assert workspace.state() is None

    def test_a_state_that_is_put_back_is_what_the_next_plan_starts_from(
        self, workspace: Workspace
    ) -> None:
        apply_all(workspace)
        state = workspace.state() or ""
        workspace.put_state("")
        assert finish(workspace, 4, Command.PLAN).outcome() == Ended(exit_code=CHANGES)
        workspace.put_state(state)
        assert workspace.state() == state
        assert finish(workspace, 5, Command.PLAN).outcome() == Ended(exit_code=UNCHANGED)

    def test_what_was_found_is_taken_over_and_not_made_again(
        self, workspace: Workspace, found_id: str
    ) -> None:
        finish(workspace, 1, Command.INIT)
        workspace.adopt({THING: found_id})
        finish(workspace, 2, Command.PLAN)
        finish(workspace, 3, Command.APPLY)
        workspace.adopt({})
        assert ChangeAction.CREATE not in [action for _, action in changes(workspace.find(step(2)))]
        assert [each.cloud_id for each in read_state(workspace.state() or "").objects] == [found_id]

    def test_a_removed_workspace_has_nothing(self, workspace: Workspace) -> None:
        apply_all(workspace)
        workspace.remove()
        workspace.remove()
        assert (workspace.state(), workspace.lock_file()) == (None, None)

    def test_workspaces_do_not_meet(self, workspaces: Workspaces, workspace: Workspace) -> None:
        apply_all(workspace)
        first, second = workspaces.apart(), workspaces.apart()
        configure(first)
        first.put_state(workspace.state() or "")
        assert second.state() is None
        assert workspaces.of(ResourceId(13)).state() is None
        first.remove()
        assert workspaces.of(ResourceId(12)).state() is not None
