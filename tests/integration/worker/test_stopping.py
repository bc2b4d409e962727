"""A worker that is told to stop ends in time, and whatever it was doing is done by the next one."""

import os
import signal
import socket

import pytest

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.worker.rig import WorkerRig
from tests.integration.worker.stopping_rig import REMAPPED, SLACK, StoppingRig
from tests.waiting import soon

AT_ONCE = 10.0
"""Seconds: far less than a worker would wait, on a machine that has much to do."""
INTERRUPT = {"MULTICLOUD_TERRAFORM_ON_STOP": "interrupt"}

however_told = pytest.mark.parametrize("told", [{}, REMAPPED], ids=["SIGTERM", "SIGQUIT"])


@however_told
def test_what_does_not_end_in_time_is_cut_off_and_done_by_the_next_worker(
    lou: StoppingRig, told: dict[str, str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = int(silent.getsockname()[1])
        lou.furnish(f"http://127.0.0.1:{port}")
        with lou.worker(told, soft=2, processes=1) as rig:
            asked = [rig.call(TaskName.UPDATE_PROVIDER_HEALTH.value) for _ in range(4)]
            silent.settimeout(30)
            with silent.accept()[0]:  # the key is being tried, and waits for the cloud
                took = rig.stop(patience=2 + SLACK)
        assert took > 1.5
        assert "succeeded" not in rig.log.read_text()
    cloud = AwsServer(port)
    cloud.start()
    with lou.worker() as rig:
        soon(
            lambda: all(f"[{each.id}] succeeded" in rig.log.read_text() for each in asked),
            patience=90,
        )
    cloud.stop()
    assert "Traceback" not in rig.log.read_text()


@pytest.mark.parametrize(("told", "soft"), [({}, 50), (REMAPPED, 20)], ids=["SIGTERM", "SIGQUIT"])
def test_a_sync_that_ends_soon_is_waited_for(
    lou: StoppingRig, aws: AwsServer, told: dict[str, str], soft: int
) -> None:
    lou.furnish(aws.endpoint)
    with lou.worker(told, soft=soft) as rig:
        user, credential = lou.ids(rig)
        for _ in range(3):
            rig.call(TaskName.SYNC_AWS.value, user, credential)
        begun = f"SELECT status FROM sync_runs WHERE credential_id = {credential}"
        soon(lambda: rig.rows(begun))
        rig.stop(patience=soft + SLACK)
        assert {status for (status,) in rig.rows(begun)} == {"succeeded"}


def test_a_worker_with_nothing_to_do_ends_at_once(lou: StoppingRig) -> None:
    with lou.worker(REMAPPED) as rig:
        assert rig.stop() < AT_ONCE


def test_whoever_is_impatient_need_not_wait(lou: StoppingRig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        lou.furnish(f"http://127.0.0.1:{silent.getsockname()[1]}")
        with lou.worker(soft=60) as rig:
            rig.call(TaskName.SYNC_AWS.value, *lou.ids(rig))
            silent.settimeout(30)
            with silent.accept()[0]:
                os.kill(rig.process.pid, signal.SIGTERM)
                soon(lambda: "Warm shutdown" in rig.log.read_text())
                assert rig.stop(signal.SIGQUIT) < AT_ONCE


def done_and_replaced(lou: StoppingRig, rig: WorkerRig) -> int:
    """Have one task done; return the process that did it, once another has taken its place."""
    (child,) = lou.pool_of(rig)
    called = rig.call(TaskName.UPDATE_PROVIDER_HEALTH.value)
    soon(lambda: f"[{called.id}] succeeded" in rig.log.read_text())
    soon(lambda: lou.pool_of(rig) not in ([child], []))
    return child


@pytest.mark.parametrize("cap", ["--max-tasks-per-child=1", "--max-memory-per-child=1"])
def test_a_pool_process_that_has_done_or_eaten_its_share_is_replaced_between_two_tasks(
    lou: StoppingRig, cap: str
) -> None:
    with lou.worker(processes=1, options=[cap]) as rig:
        children = [done_and_replaced(lou, rig) for _ in range(3)]
        assert len(set(children)) == 3
