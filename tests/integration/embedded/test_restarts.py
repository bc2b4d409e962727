"""What `multicloud up` makes of several parts that die at once."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.queue.celery_queue import sending_app
from adapters.queue.task_names import TaskName
from tests.broker import redis_client
from tests.integration.embedded.processes import processes_about
from tests.integration.embedded.service import Up
from tests.waiting import soon


def started(data_dir: Path) -> Iterator[Up]:
    service = Up(data_dir)
    service.wait_for("up")
    yield service
    if service.process.poll() is None:
        service.stop()


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    yield from started(tmp_path_factory.mktemp("restarts") / "data")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """A second one: each death in a row makes the next restart come later."""
    yield from started(tmp_path_factory.mktemp("other") / "data")


def worker_of(up: Up) -> int:
    """Return the process id of its main process."""
    name = f"up-{up.process.pid}@localhost"
    [pid] = [pid for pid in processes_about(name) if os.getpgid(pid) == pid]
    return pid


def postgresql_of(up: Up) -> int:
    pid_file = up.data_dir / "postgresql" / "data" / "postmaster.pid"
    return int(pid_file.read_text().splitlines()[0])


def valkey_of(up: Up) -> int:
    with redis_client(up.connections["broker_url"]) as client:
        return int(client.info()["process_id"])


def let_it_work(up: Up) -> None:
    """Send a task, and wait until the worker has done it, in the database."""
    with sending_app(up.connections["broker_url"], up.connections["result_backend"]) as sender:
        called = sender.send_task(TaskName.SYNC_ALL_USERS.value, ignore_result=True)
    log = up.data_dir / "logs" / "worker.log"
    soon(lambda: f"[{called.id}] succeeded" in log.read_text())


def test_a_broker_that_dies_while_the_worker_is_started_again_is_brought_back(up: Up) -> None:
    """The worker cannot come up without the broker; both do, long before the worker's minute."""
    valkey = valkey_of(up)
    os.kill(worker_of(up), signal.SIGKILL)
    up.wait_for("starting", part="worker")
    os.kill(valkey, signal.SIGKILL)

    death = up.wait_for("died", part="valkey")
    assert death["why"] == "It ended with exit code -9."
    returned = {up.wait_for("ready")["part"], up.wait_for("ready")["part"]}
    assert returned == {"worker", "valkey"}
    assert max(told["seconds"] for told in up.told if told["event"] == "ready") < 55
    let_it_work(up)


def test_everything_killed_at_once_comes_back_in_the_order_of_need(up: Up) -> None:
    pids = [postgresql_of(up), valkey_of(up), worker_of(up)]
    told_before = len(up.told)
    for pid in pids:
        os.kill(pid, signal.SIGKILL)

    up.wait_for("ready", part="worker")

    back = [told["part"] for told in up.told[told_before:] if told["event"] == "ready"]
    assert sorted(back[:2]) == ["postgresql", "valkey"]
    assert back[2:] == ["worker"]
    let_it_work(up)


def test_a_server_that_cannot_start_again_is_told_and_tried_until_it_can(other: Up) -> None:
    configuration = other.data_dir / "valkey" / "valkey.conf"
    pid = valkey_of(other)
    configuration.unlink()
    configuration.mkdir()  # in its way
    os.kill(pid, signal.SIGKILL)

    other.wait_for("died", part="valkey", exit_code=-signal.SIGKILL)
    refused = other.wait_for("died", part="valkey", exit_code=None)
    configuration.rmdir()

    assert refused["why"] == f"Is a directory: {configuration}."
    assert refused["restart_in"] == 2.0
    other.wait_for("ready", part="valkey")
    let_it_work(other)


def test_nothing_is_left_when_it_is_stopped_while_a_part_waits_for_its_restart(other: Up) -> None:
    """The last test of this module, because it ends what the one before shares."""
    os.kill(postgresql_of(other), signal.SIGKILL)
    other.wait_for("died", part="postgresql")

    assert other.stop() == 0
    assert other.parts("stopped") == ["beat", "worker", "valkey", "postgresql"]
    assert processes_about(str(other.data_dir)) == []
