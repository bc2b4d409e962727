"""A sync or reading of cost whose worker is told to stop, or dies, is soon done by the next one."""

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.aws.replay import Recorded, ReplayServer
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.aws.rig import running
from tests.integration.worker.rig import WorkerRig
from tests.integration.worker.stopping_rig import SLACK, StoppingRig
from tests.waiting import soon

REGIONS = ("eu-west-1", "eu-central-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2")
ONE_BY_ONE = {"MULTICLOUD_SYNC_CONCURRENCY": "1"}
SOFT = 20
"""Seconds that the worker waits for what it does; a fifth of them is the grace of a sync."""
DELAY = 2.0
"""Seconds for every answer of a cloud that is asked sixteen times: twelve more than `SOFT`."""
IN_TIME = SOFT / 2
AT_ONCE = 10.0
"""Seconds: far less than anything that is cut off takes, on a machine that has much to do."""

both = pytest.mark.parametrize("task", [TaskName.SYNC_AWS, TaskName.UPDATE_CREDENTIAL_COST_DATA])


@contextmanager
def slow_line(aws: AwsServer) -> Iterator[ReplayServer]:
    """A line to *aws* on which every answer takes its time."""
    with running(Recorded(aws.endpoint, remember=False)) as line:
        line.delay = DELAY
        yield line


@contextmanager
def silent_cloud(lou: StoppingRig) -> Iterator[socket.socket]:
    """A cloud that takes calls and says nothing, with a key to it."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(30)
        lou.furnish(f"http://127.0.0.1:{silent.getsockname()[1]}")
        yield silent


@contextmanager
def speaking_again(silent: socket.socket) -> Iterator[None]:
    """Let a cloud answer where nobody did."""
    port = int(silent.getsockname()[1])
    silent.close()
    cloud = AwsServer(port)
    cloud.start()
    try:
        yield
    finally:
        cloud.stop()


def the_job(
    lou: StoppingRig, rig: WorkerRig, task: TaskName = TaskName.SYNC_AWS
) -> tuple[object, ...]:
    """Return how the job stands, how often it was begun, and whether somebody holds it."""
    kind = "sync_credential" if task is TaskName.SYNC_AWS else "update_cost_data"
    held = "EXISTS (SELECT 1 FROM leases WHERE leases.name = jobs.name AND expires_at > now())"
    jobs = f"SELECT status, attempts, {held} FROM jobs WHERE kind = '{kind}'"
    (found,) = rig.rows(f"{jobs} AND credential_id = {lou.ids(rig)[1]}")
    return found


def syncs(lou: StoppingRig, rig: WorkerRig) -> list[object]:
    """Return how each sync stands, the first one first."""
    _, credential = lou.ids(rig)
    mine = f"SELECT status FROM sync_runs WHERE credential_id = {credential} ORDER BY id"
    return [row[0] for row in rig.rows(mine)]


def test_a_long_sync_gives_way_in_time_and_the_next_worker_has_it_within_seconds(
    lou: StoppingRig, aws: AwsServer
) -> None:
    with slow_line(aws) as line:
        lou.furnish(line.endpoint, regions=REGIONS)
        with lou.worker(ONE_BY_ONE, soft=SOFT, processes=1) as rig:
            user, credential = lou.ids(rig)
            rig.call(TaskName.SYNC_AWS.value, user, credential)
            written = f"SELECT 1 FROM sync_scopes WHERE credential_id = {credential}"
            soon(lambda: rig.rows(written))
            took = rig.stop(patience=SOFT + SLACK)
            assert took < IN_TIME
        assert "left_unfinished" in rig.log.read_text()
        assert the_job(lou, rig) == ("queued", 0, False)
        assert syncs(lou, rig) == ["abandoned"]
        line.delay = 0.0
        with lou.worker() as rig:
            rig.call(TaskName.DISPATCH_JOBS.value)
            soon(lambda: the_job(lou, rig)[0] == "succeeded")
    assert syncs(lou, rig) == ["abandoned", "succeeded"]
    seen = "SELECT DISTINCT location, state FROM resource_inventory WHERE kind = 'aws_vpc'"
    found = rig.rows(f"{seen} AND credential_id = {credential}")
    assert sorted(found) == [(region, "active") for region in sorted(REGIONS)]


@both
def test_nobody_waits_for_a_cloud_that_says_nothing(lou: StoppingRig, task: TaskName) -> None:
    with silent_cloud(lou) as silent:
        with lou.worker(soft=SOFT, processes=1) as rig:
            rig.call(task.value, *lou.ids(rig))
            with silent.accept()[0]:
                took = rig.stop(patience=SOFT + SLACK)
                assert took < IN_TIME
        assert the_job(lou, rig, task) == ("queued", 0, False)
        with speaking_again(silent), lou.worker() as rig:
            rig.call(TaskName.DISPATCH_JOBS.value)
            soon(lambda: the_job(lou, rig, task)[0] == "succeeded")


@both
def test_what_a_worker_that_was_killed_was_doing_is_taken_up_when_its_lease_runs_out(
    lou: StoppingRig, task: TaskName
) -> None:
    impatience = {"MULTICLOUD_LEASE_SECONDS": "3"}
    with silent_cloud(lou) as silent:
        with lou.worker(impatience, processes=1) as rig:
            rig.call(task.value, *lou.ids(rig))
            with silent.accept()[0]:
                soon(lambda: the_job(lou, rig, task) == ("running", 1, True))
                (child,) = lou.pool_of(rig)
                for each in (rig.process.pid, child):
                    os.kill(each, signal.SIGKILL)
        with speaking_again(silent), lou.worker(impatience) as rig:
            soon(lambda: not the_job(lou, rig, task)[2], patience=AT_ONCE)
            rig.call(TaskName.RECOVER_JOBS.value)
            soon(lambda: the_job(lou, rig, task)[0] == "queued")
            rig.call(TaskName.DISPATCH_JOBS.value)
            soon(lambda: the_job(lou, rig, task)[0] == "succeeded")
