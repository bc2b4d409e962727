"""Whoever wants to know what drifted gets an answer or a reason, and no process is left."""

from datetime import timedelta

import pytest

from adapters.fakes.terraform import Course, FakeWorkspace
from application.ports.errors import Rejected, TimedOut
from application.ports.terraform import Unended
from application.use_cases.confirm_drift import ConfirmDrift, ConfirmDriftRequest
from domain.terraform import Command
from tests.unit.application.building import Building


class WatchedFolder(FakeWorkspace):
    """Remembers what still ran in it when it was removed."""

    running_at_the_end: int | None = None

    def remove(self) -> None:
        processes = [self.process(step) for step, _ in self.started]
        self.running_at_the_end = [each.outcome() for each in processes].count(Unended.RUNNING)
        super().remove()


@pytest.fixture
def building() -> Building:
    return Building()


@pytest.fixture
def folder(building: Building) -> WatchedFolder:
    """The first folder apart."""
    watched = WatchedFolder()
    building.workspaces.aside[1] = watched
    return watched


def confirm(building: Building, *, limit: timedelta = timedelta(minutes=10)) -> None:
    resource_id = building.built().id
    ConfirmDrift(
        unit_of_work=building.world.unit_of_work,
        workspaces=building.workspaces,
        clouds=building.world.clouds,
        secret_box=building.secret_box,
        clock=building.world.clock,
        limit=limit,
    )(ConfirmDriftRequest(resource_id=resource_id))


@pytest.mark.parametrize("command", [Command.INIT, Command.PLAN])
def test_a_comparison_without_end_is_stopped_after_a_while(
    building: Building, folder: WatchedFolder, command: Command
) -> None:
    folder.direct(command, Course(pauses_after=0))
    with pytest.raises(TimedOut, match=r"after 0[.]002 minutes, so it was stopped"):
        confirm(building, limit=timedelta(milliseconds=120))
    assert folder.running_at_the_end == 0
    assert folder.configured is None


def test_a_comparison_that_fails_without_a_word_says_what_to_do(
    building: Building, folder: WatchedFolder
) -> None:
    folder.direct(Command.INIT, Course(dies_after=0))
    with pytest.raises(Rejected, match=r"did not say why[.] See whether this machine"):
        confirm(building)
    assert folder.running_at_the_end == 0
