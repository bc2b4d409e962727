"""Forget what is old, and nothing else."""

from datetime import timedelta

from adapters.fakes.clouds import FakeCloud
from application.use_cases.clean_up_old_logs import CleanUpOldLogs
from domain.inventory import ItemState
from domain.retention import Ledger, RetentionPolicy
from tests.builders import INSTANCE, IRELAND, a_resource
from tests.contract.provisioning_builders import (
    a_state,
    add_resource,
    become,
    end_run,
    put_state,
)
from tests.contract.terraform_archive_contract import GONE, a_talkative_run
from tests.unit.application.world import World

POLICY = RetentionPolicy(
    sync_runs=timedelta(days=30),
    inventory_changes=timedelta(days=60),
    deleted_items=timedelta(days=90),
    terraform_logs=timedelta(days=45),
)


def clean_up(world: World, batch_size: int = 2) -> dict[str, int | str | None]:
    use_case = CleanUpOldLogs(unit_of_work=world.unit_of_work, policy=POLICY, batch_size=batch_size)
    return use_case().as_dict()


def a_long_story(world: World) -> FakeCloud:
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, *(a_resource(f"i-{number}") for number in range(5)))
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    for number in range(4):
        cloud.remove(INSTANCE, IRELAND, f"i-{number}")
    for _ in range(3):
        world.sync(credential)
    return cloud


def test_nothing_young_is_forgotten(world: World) -> None:
    a_long_story(world)
    world.clock.advance(timedelta(days=29))
    assert set(clean_up(world).values()) == {0}


def test_each_ledger_is_forgotten_at_its_own_age_in_batches(world: World) -> None:
    a_long_story(world)
    world.clock.advance(timedelta(days=31))
    assert clean_up(world)[Ledger.SYNC_RUNS] == 3
    world.clock.advance(timedelta(days=30))
    assert clean_up(world)[Ledger.INVENTORY_CHANGES] == 13
    world.clock.advance(timedelta(days=30))
    assert clean_up(world)[Ledger.DELETED_ITEMS] == 4


def test_what_exists_and_the_latest_sync_are_never_forgotten(world: World) -> None:
    cloud = FakeCloud()
    cloud.put(INSTANCE, IRELAND, a_resource("i-1"))
    credential = world.a_credential(cloud=cloud)
    world.sync(credential)
    world.clock.advance(timedelta(days=1000))
    clean_up(world)
    assert world.items(credential)["i-1"].state is ItemState.ACTIVE
    with world.unit_of_work() as work:
        assert work.sync_runs.latest_of([credential.id]).get(credential.id) is not None


def test_what_terraform_said_and_knew_is_forgotten_at_its_own_age(world: World) -> None:
    units = world.unit_of_work
    gone = become(units, add_resource(units, world.a_credential()), *GONE)
    end_run(units, a_talkative_run(units, gone), at=world.clock.now())
    put_state(units, gone, a_state(1))
    forgotten: list[tuple[object, object]] = []
    for days in (44, 2, 40, 6):
        world.clock.advance(timedelta(days=days))
        done = clean_up(world)
        forgotten.append((done[Ledger.TERRAFORM_LOGS], done[Ledger.TERRAFORM_STATES]))
    assert forgotten == [(0, 0), (5, 0), (0, 0), (0, 1)]
