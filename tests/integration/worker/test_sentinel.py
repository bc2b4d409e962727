"""Redis Sentinel as broker and result backend, by nothing but the address."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import redis

from adapters.embedded.child_process import ChildProcess
from adapters.embedded.valkey import valkey_binary
from adapters.queue.task_names import TaskName
from tests.integration.worker.rig import WorkerRig, running_worker
from tests.waiting import soon

MASTER = "the-master"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def answers(port: int, command: str) -> bool:
    try:
        with redis.Redis(port=port, decode_responses=True) as client:
            return bool(client.execute_command(*command.split()))
    except redis.RedisError:
        return False


def start(stack: ExitStack, folder: Path, name: str, configuration: str, *options: str) -> None:
    path = folder / f"{name}.conf"
    path.write_text(configuration)
    process = ChildProcess.start(
        name, [valkey_binary(), path, *options], folder=folder, log=folder / f"{name}.log"
    )
    stack.callback(process.stop)


@pytest.fixture
def sentinel_url(tmp_path: Path) -> Iterator[str]:
    """A sentinel that watches one master."""
    master, sentinel = free_port(), free_port()
    with ExitStack() as stack:
        start(stack, tmp_path, "master", f"port {master}\nbind 127.0.0.1\nsave ''\n")
        soon(lambda: answers(master, "PING"))
        watched = f"sentinel monitor {MASTER} 127.0.0.1 {master} 1\n"
        configuration = f"port {sentinel}\nbind 127.0.0.1\n{watched}"
        start(stack, tmp_path, "sentinel", configuration, "--sentinel")
        soon(lambda: answers(sentinel, f"SENTINEL GET-MASTER-ADDR-BY-NAME {MASTER}"))
        yield f"sentinel://127.0.0.1:{sentinel}"


@pytest.fixture
def watched_worker(
    sentinel_url: str, environment: dict[str, str], tmp_path: Path
) -> Iterator[WorkerRig]:
    own = environment | {
        "CELERY_BROKER_URL": sentinel_url,
        "CELERY_RESULT_BACKEND": sentinel_url,
        "MULTICLOUD_SENTINEL_MASTER": MASTER,
    }
    with running_worker(
        "sentinel", ["-c", "1"], environment=own, folder=tmp_path, sentinel_master=MASTER
    ) as rig:
        yield rig


def test_work_and_results_travel_over_sentinel(watched_worker: WorkerRig) -> None:
    called = watched_worker.call(TaskName.SYNC_ALL_USERS.value)

    soon(lambda: f"[{called.id}] succeeded" in watched_worker.log.read_text())
    assert "4711" in watched_worker.failure_of(TaskName.DESTROY_RESOURCE.value, 4711)
