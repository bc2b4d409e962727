from dataclasses import replace

import pytest

from adapters.fakes.terraform import Course, FakeWorkspace, FakeWorkspaces
from adapters.fakes.terraform_world import World
from application.ports.errors import Unavailable
from application.ports.terraform import Ended, TerraformCommand, Unended
from domain.provisioning import ResourceId
from domain.terraform import FAILED, Address, Command, EventType
from tests.contract.terraform_fencing_contract import TerraformFencingContract
from tests.contract.terraform_tidying_contract import TerraformTidyingContract
from tests.contract.terraform_workspace_contract import (
    NO_KEYS,
    THING,
    LetItLast,
    TerraformWorkspaceContract,
    UntilItWaits,
    apply_all,
    begin,
    configure,
    everything,
    finish,
    step,
    until_it_works,
)

OTHER = Address('aws_subnet.this["10.0.1.0/24"]')


class TestFakeTerraformWorkspace(
    TerraformWorkspaceContract, TerraformFencingContract, TerraformTidyingContract
):
    @pytest.fixture
    def workspaces(self) -> FakeWorkspaces:
        return FakeWorkspaces()

    @pytest.fixture
    def let_it_last(self, workspaces: FakeWorkspaces) -> LetItLast:
        fake = workspaces.of(ResourceId(12))
        return lambda _: fake.direct(Command.APPLY, Course(pauses_after=1))

    @pytest.fixture
    def until_it_waits(self) -> UntilItWaits:
        return until_it_works

    @pytest.fixture
    def found_id(self, workspaces: FakeWorkspaces) -> str:
        workspaces.of(ResourceId(12)).world.cloud.append((THING, "t-1"))
        return "t-1"


@pytest.fixture
def fake() -> FakeWorkspace:
    fake = FakeWorkspace(World(module=(THING, OTHER)))
    configure(fake)
    return fake


def planned(fake: FakeWorkspace) -> None:
    finish(fake, 1, Command.INIT)
    finish(fake, 2, Command.PLAN)


def test_an_apply_that_dies_leaves_in_the_cloud_what_no_state_knows(fake: FakeWorkspace) -> None:
    planned(fake)
    fake.direct(Command.APPLY, Course(dies_after=3))
    process = begin(fake, 3, Command.APPLY)
    assert process.outcome() is Unended.LOST
    assert [address for address, _ in fake.world.cloud] == [THING, OTHER]
    assert list(fake.world.known()) == [THING]


def test_an_apply_that_waits_goes_on_when_it_is_told_to(fake: FakeWorkspace) -> None:
    planned(fake)
    fake.direct(Command.APPLY, Course(pauses_after=2))
    process = begin(fake, 3, Command.APPLY)
    assert process.outcome() is Unended.RUNNING
    fake.process(step(3)).go_on()
    assert process.outcome() == Ended(exit_code=0)
    assert set(fake.world.known()) == {THING, OTHER}


def test_an_apply_out_of_reach_says_so_and_goes_on(fake: FakeWorkspace) -> None:
    planned(fake)
    fake.direct(Command.APPLY, Course(pauses_after=1, out_of_reach=True))
    process = begin(fake, 3, Command.APPLY)
    for end in (process.interrupt, process.kill):
        with pytest.raises(Unavailable, match="another container"):
            end()
    fake.process(step(3)).go_on()
    assert process.outcome() == Ended(exit_code=0)
    process.interrupt()
    process.kill()


def test_what_the_cloud_refuses_fails_the_apply_and_keeps_the_rest(fake: FakeWorkspace) -> None:
    fake.world.broken[OTHER] = "QuotaExceeded: no more subnets"
    planned(fake)
    process = finish(fake, 3, Command.APPLY)
    assert process.outcome() == Ended(exit_code=FAILED)
    assert everything(process)[-1].message == "QuotaExceeded: no more subnets"
    assert list(fake.world.known()) == [THING]


def test_a_certain_id_is_not_given_twice(fake: FakeWorkspace) -> None:
    fake.world.certain_ids[THING] = "t-1"
    fake.world.cloud.append((THING, "t-1"))
    planned(fake)
    assert finish(fake, 3, Command.APPLY).outcome() == Ended(exit_code=FAILED)
    assert fake.world.cloud == [(THING, "t-1")]


def test_what_vanished_from_the_cloud_is_drift(fake: FakeWorkspace) -> None:
    apply_all(fake)
    fake.world.cloud.clear()
    drift = TerraformCommand(command=Command.PLAN, refresh_only=True)
    process = fake.start(step(4), drift, NO_KEYS)
    assert process.outcome() == Ended(exit_code=2)
    assert [each.type for each in everything(process)][:2] == [EventType.RESOURCE_DRIFT] * 2


def test_a_full_disk_stops_it_as_often_as_it_was_told(fake: FakeWorkspace) -> None:
    fake.fail(Unavailable("The disk is full."), times=1)
    with pytest.raises(Unavailable):
        fake.state()
    assert fake.state() is None


def test_it_tells_with_which_keys_it_was_run(fake: FakeWorkspace) -> None:
    keys = replace(NO_KEYS, variables={"AWS_SECRET_ACCESS_KEY": "hush"})
    fake.start(step(1), TerraformCommand(command=Command.INIT), keys)
    assert fake.configured is not None
    assert fake.configured.environment == keys
    assert "hush" not in repr(fake.configured)
