"""What becomes of Terraform when its worker is told to stop."""

from collections.abc import Mapping
from random import Random
from threading import Event

import pytest

from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.worker.stopping_rig import REMAPPED, SLACK, StoppingRig
from tests.integration.worker.test_killed_while_building import networks
from tests.waiting import soon

AT_ONCE = 10.0
"""Seconds: far less than a worker would wait, on a machine that has much to do."""
INTERRUPT = {"MULTICLOUD_TERRAFORM_ON_STOP": "interrupt"}

however_told = pytest.mark.parametrize("told", [{}, REMAPPED], ids=["SIGTERM", "SIGQUIT"])


def subnets(aws: AwsServer, number: str) -> int:
    ec2 = client(aws.endpoint, "ec2", "eu-west-1")
    ours = [{"Name": "tag:multi-cloud-resource-id", "Values": [number]}]
    return len(ec2.describe_subnets(Filters=ours)["Subnets"])


def stopped_in_an_apply(
    lou: StoppingRig,
    aws: AwsServer,
    settings: Mapping[str, str],
    *,
    soft: int = 15,
    pool: str = "prefork",
    slowness: float = 5.0,
) -> tuple[str, float]:
    """Stop a worker while the cloud makes a network; return its number and how long it took."""
    lou.furnish(aws.endpoint)
    with (
        lou.slow_cloud(seconds=slowness),
        lou.worker(settings, soft=soft, options=["-P", pool]) as rig,
    ):
        number = lou.ask_for_a_network()
        soon(lambda: networks(aws, number), patience=60)
        took = rig.stop(patience=soft + SLACK)
        assert "left_unfinished" in rig.log.read_text()
        return number, took


def finished_by_the_next_worker(lou: StoppingRig, aws: AwsServer, number: str) -> None:
    with lou.worker() as rig:
        lou.recover(rig)
        soon(lambda: lou.statuses()[number] == "active", patience=60)
    assert (len(networks(aws, number)), subnets(aws, number)) == (1, 1)


@pytest.mark.parametrize("pool", ["prefork", "threads"])
def test_a_worker_that_leaves_terraform_alone_ends_at_once(
    lou: StoppingRig, aws: AwsServer, pool: str
) -> None:
    number, took = stopped_in_an_apply(lou, aws, {}, pool=pool, slowness=AT_ONCE)
    assert took < AT_ONCE
    assert lou.terraforms() != []
    finished_by_the_next_worker(lou, aws, number)
    assert lou.said(number, "Apply complete") == 1


def test_terraform_is_left_alone_by_a_worker_that_gets_a_sigquit_as_well(
    lou: StoppingRig, aws: AwsServer
) -> None:
    number, _ = stopped_in_an_apply(lou, aws, REMAPPED, soft=3)
    finished_by_the_next_worker(lou, aws, number)
    assert lou.said(number, "Apply complete") == 1


@however_told
def test_terraform_that_is_interrupted_ends_before_its_worker_and_the_rest_is_made_later(
    lou: StoppingRig, aws: AwsServer, told: dict[str, str]
) -> None:
    number, _ = stopped_in_an_apply(lou, aws, INTERRUPT | told)
    assert lou.terraforms() == []
    assert lou.statuses()[number] == "provisioning"
    assert lou.said(number, "execution halted")
    finished_by_the_next_worker(lou, aws, number)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("on_stop", ["leave", "interrupt"])
def test_workers_that_are_stopped_at_any_moment_build_everything_once(
    lou: StoppingRig, aws: AwsServer, on_stop: str
) -> None:
    lou.furnish(aws.endpoint)
    chance, numbers = Random(on_stop), []
    with lou.slow_cloud(seconds=1.0):
        for _ in range(4):
            with lou.worker({"MULTICLOUD_TERRAFORM_ON_STOP": on_stop}, processes=3) as rig:
                lou.recover(rig)
                numbers.append(lou.ask_for_a_network())
                Event().wait(chance.uniform(0.0, 4.0))  # any moment
                rig.stop(patience=15 + SLACK)
                assert on_stop == "leave" or lou.terraforms() == []
    with lou.worker(processes=3) as rig:
        lou.recover(rig)
        soon(lambda: set(lou.statuses().values()) == {"active"}, patience=120)
    made = {number: (len(networks(aws, number)), subnets(aws, number)) for number in numbers}
    assert set(made.values()) == {(1, 1)}
    ended = rig.rows(
        f"SELECT count(*) FROM terraform_runs WHERE resource_id IN ({','.join(numbers)})"
    )
    assert ended == [(len(numbers),)]
