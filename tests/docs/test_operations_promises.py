"""What the page on operations says of queues is what a real worker does."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2

from adapters.queue.celery_queue import sending_app
from adapters.queue.task_names import TaskName
from tests.broker import redis_client
from tests.integration.worker.rig import WorkerRig, celery, running_worker
from tests.waiting import soon

SYNC = TaskName.SYNC_USER.value
TERRAFORM = TaskName.DESTROY_RESOURCE.value
ASKED, BACKGROUND = 0, 6
_ENDED = re.compile(r"\[no(\d+)\] (?:raised|succeeded)")


@contextmanager
def a_worker(environment: dict[str, str], folder: Path) -> Iterator[WorkerRig]:
    """Run a worker of every queue that does one task at a time."""
    with running_worker("lone", ["-c", "1"], environment=environment, folder=folder) as rig:
        yield rig


def put(environment: dict[str, str], task: str, number: int, priority: int | None) -> None:
    """Send *task* for something that does not exist, so that it ends at once and names it."""
    sender = sending_app(environment["CELERY_BROKER_URL"], environment["CELERY_RESULT_BACKEND"])
    chosen = {} if priority is None else {"priority": priority}
    sender.send_task(task, (number,), task_id=f"no{number}", ignore_result=True, **chosen)
    sender.close()


def done_in_order(rig: WorkerRig) -> list[int]:
    """Return the numbers of what was done, the first one first."""
    return [int(number) for number in _ENDED.findall(rig.log.read_text())]


def test_steps_come_before_queues_and_within_a_step_the_first_to_come(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for number, priority in enumerate([6, 8, 9, 3, 5, 0, 2, 1, None, 7]):
        put(environment, SYNC, 100 + number, priority)
        put(environment, TERRAFORM, 200 + number, priority)

    with a_worker(environment, tmp_path) as rig:
        soon(lambda: len(done_in_order(rig)) == 20)

    order = done_in_order(rig)
    step_of = [
        3 if n % 100 == 2 else 2 if n % 100 in {0, 1, 9} else 1 if n % 100 in {3, 4} else 0
        for n in order
    ]
    assert step_of == sorted(step_of)
    assert [n for n in order if n < 200] == [105, 106, 107, 108, 103, 104, 100, 101, 109, 102]
    assert [n for n in order if n >= 200] == [205, 206, 207, 208, 203, 204, 200, 201, 209, 202]


def test_what_a_person_asks_for_waits_for_nothing_but_what_runs(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with a_worker(environment, tmp_path) as rig, _the_first_task_held_up(rig) as release:
        for number in range(100, 120):
            put(environment, SYNC, number, BACKGROUND)
        put(environment, TERRAFORM, 200, ASKED)
        reserved = celery("inspect", "reserved", "--json", environment=environment)
        release()
        soon(lambda: len(done_in_order(rig)) == 22)

    assert json.loads(reserved.stdout) == {"lone@localhost": []}
    assert done_in_order(rig) == [99, 200, *range(100, 120)]


@contextmanager
def _the_first_task_held_up(rig: WorkerRig) -> Iterator[Callable[[], None]]:
    """Have the worker begin with number 99, which does not end before it is released."""
    blocking = psycopg2.connect(rig.database_url)
    with blocking.cursor() as cursor:
        cursor.execute("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
    put(dict(rig.environment), SYNC, 99, BACKGROUND)
    soon(lambda: _waits_for_the_lock(rig))
    yield blocking.rollback
    blocking.close()


def _waits_for_the_lock(rig: WorkerRig) -> bool:
    return bool(rig.rows("SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"))


def test_a_message_from_the_command_line_counts_as_asked_for_by_a_person(
    environment: dict[str, str],
) -> None:
    put(environment, SYNC, 100, BACKGROUND)
    celery("call", SYNC, "--args=[101]", environment=environment)

    with redis_client(environment["CELERY_BROKER_URL"]) as client:
        assert client.llen("sync") == 1
        assert client.llen("sync\x06\x166") == 1


def test_a_canceled_consumer_leaves_its_queue_alone_and_works_on_the_others(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with a_worker(environment, tmp_path) as rig:
        celery("control", "cancel_consumer", "sync", environment=environment)
        put(environment, SYNC, 100, ASKED)
        put(environment, TERRAFORM, 200, BACKGROUND)
        soon(lambda: done_in_order(rig) == [200])
        with redis_client(environment["CELERY_BROKER_URL"]) as client:
            assert client.llen("sync") == 1

        celery("control", "add_consumer", "sync", environment=environment)
        soon(lambda: done_in_order(rig) == [200, 100])


def test_a_task_that_was_terminated_is_revoked_too(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with a_worker(environment, tmp_path) as rig, _the_first_task_held_up(rig) as release:
        celery("control", "terminate", "SIGKILL", "no99", environment=environment)
        soon(lambda: "Terminating no99" in rig.log.read_text())
        release()
        put(environment, SYNC, 99, ASKED)
        put(environment, SYNC, 100, BACKGROUND)
        soon(lambda: done_in_order(rig) == [100])
        assert "Discarding revoked task" in rig.log.read_text()
