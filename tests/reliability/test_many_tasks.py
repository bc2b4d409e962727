"""What ten thousand tasks leave behind in the broker and in the memory of a worker."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from adapters.embedded.valkey import EmbeddedValkey
from adapters.queue.task_names import TaskName
from application.use_cases.add_user import AddUserRequest
from tests.broker import redis_client
from tests.reliability.hostile_messages import message
from tests.reliability.on_the_wire import raw
from tests.reliability.rig import Worker, a_container, a_worker
from tests.waiting import soon

KIB = 1024
LEEWAY = 12 * KIB
"""KiB by which three processes may grow while they do eight thousand tasks."""
WITHOUT_NEW_PROCESSES = ("-c", "2", "--max-tasks-per-child", "1000000")
"""Or a process that grows would be replaced before anybody sees it."""


@pytest.fixture
def own(environment: dict[str, str], broker: EmbeddedValkey) -> dict[str, str]:
    """The settings of a worker that says little, with a broker where nothing is left."""
    with redis_client(broker.broker_url) as client:
        client.flushall()
    return environment | {"MULTICLOUD_LOG_LEVEL": "error"}


def user_without_credentials(environment: Mapping[str, str], email: str) -> int:
    with a_container(environment) as container:
        return container.add_user()(AddUserRequest(email=email)).id


def have_done(
    broker: EmbeddedValkey, user: int, *, good: int, bad: int, ignore_result: bool = True
) -> None:
    """Have a worker do so many tasks for *user*, and fail so many for a user who does not exist."""
    every = bad and (good + bad) // bad
    with redis_client(broker.broker_url) as client:
        pipeline = client.pipeline(transaction=False)
        for number in range(good + bad):
            whom = 10**9 if every and number % every == 0 else user
            wish = message(
                TaskName.SYNC_USER.value, (whom,), headers={"ignore_result": ignore_result}
            )
            pipeline.lpush("sync", raw(wish))
        pipeline.execute()
        soon(lambda: client.llen("sync") == 0, patience=300)
        soon(lambda: client.hlen("unacked") == 0, patience=60)


def kept_results(broker: EmbeddedValkey) -> list[int]:
    """Return how long each result that the broker keeps has to live, in seconds."""
    with redis_client(broker.broker_url) as client:
        return [client.ttl(key) for key in client.scan_iter("celery-task-meta-*", count=1000)]


def other_keys(broker: EmbeddedValkey) -> set[str]:
    """Return all that the broker keeps besides results and the names of its queues."""
    with redis_client(broker.broker_url) as client:
        keys = {key.decode() for key in client.scan_iter(count=1000)}
    return {key for key in keys if not key.startswith(("celery-task-meta-", "_kombu.binding"))}


def memory(worker: Worker) -> int:
    """Return what all its processes have in memory, in KiB."""
    return sum(resident(pid) for pid in (worker.process.pid, *worker.pool()))


def resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1])


@pytest.mark.timeout(500)
def test_ten_thousand_tasks_with_a_thousand_failures_leave_broker_and_memory_flat(
    own: dict[str, str], broker: EmbeddedValkey, tmp_path: Path
) -> None:
    user = user_without_credentials(own, "flat@example.org")
    with a_worker("many", environment=own, folder=tmp_path, options=WITHOUT_NEW_PROCESSES) as many:
        have_done(broker, user, good=1_800, bad=200)
        warm, processes = memory(many), many.pool()

        have_done(broker, user, good=7_200, bad=800)

        assert memory(many) - warm < LEEWAY
        assert many.pool() == processes
    kept = kept_results(broker)
    assert 0 < len(kept) <= 1_000
    assert all(0 < left <= 3_600 for left in kept)
    assert other_keys(broker) == set()


@pytest.mark.timeout(180)
def test_a_leak_and_a_result_that_is_kept_would_be_seen(
    own: dict[str, str], broker: EmbeddedValkey, tmp_path: Path
) -> None:
    user = user_without_credentials(own, "leak@example.org")
    with a_worker(
        "leaking",
        app="tests.reliability.leaking",
        environment=own,
        folder=tmp_path,
        options=WITHOUT_NEW_PROCESSES,
    ) as leaking:
        have_done(broker, user, good=100, bad=0)
        warm = memory(leaking)

        have_done(broker, user, good=2_000, bad=0, ignore_result=False)

        assert memory(leaking) - warm > LEEWAY
    assert len(kept_results(broker)) > 1_000
