"""Each line that is logged during a task says whose work it is."""

import json
from functools import partial
from typing import Any

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.worker.rig import WorkerRig
from tests.integration.worker.test_worker import a_user_with_aws
from tests.waiting import soon


def lines_of(worker: WorkerRig, task_id: str) -> list[dict[str, Any]]:
    """Return what was logged about a task, in order."""
    written = [json.loads(line) for line in worker.log.read_text().splitlines() if line[:1] == "{"]
    return [line for line in written if line.get("task_id") == task_id]


def has_ended(worker: WorkerRig, task_id: str) -> bool:
    return f"[{task_id}] succeeded" in worker.log.read_text()


def test_each_line_of_a_sync_has_the_ids_of_its_task_its_user_its_credential_and_its_run(
    worker: WorkerRig, aws: AwsServer
) -> None:
    user_id = a_user_with_aws(worker.environment, "ida@example.org", endpoint=aws.endpoint)
    ((credential_id,),) = worker.rows(f"SELECT id FROM credentials WHERE user_id = {user_id}")

    task = worker.call(TaskName.SYNC_AWS.value, user_id, credential_id)

    soon(lambda: has_ended(worker, task.id))
    ((run_id,),) = worker.rows(f"SELECT id FROM sync_runs WHERE credential_id = {credential_id}")
    received, *during = lines_of(worker, task.id)
    assert received["task"] == TaskName.SYNC_AWS
    assert [line["logger"] for line in during] == ["use_case", "celery.app.trace"]
    for line in during:
        assert line["task"] == TaskName.SYNC_AWS
        assert (line["user_id"], line["credential_id"]) == (user_id, credential_id)
        assert line["run_id"] == run_id


def test_a_task_that_fails_says_whose_work_it_was(worker: WorkerRig) -> None:
    task = worker.call(TaskName.SYNC_AWS.value, 4711, 4712)

    soon(lambda: len(lines_of(worker, task.id)) == 3)
    _, *during = lines_of(worker, task.id)
    for line in during:
        assert (line["user_id"], line["credential_id"]) == (4711, 4712)
        assert line["level"] == "warning"


def test_what_one_task_was_about_is_forgotten_before_the_next_one(worker: WorkerRig) -> None:
    for _ in range(4):  # each of the two processes had one of the tasks above
        task = worker.call(TaskName.UPDATE_PROVIDER_HEALTH.value)
        soon(partial(has_ended, worker, task.id))
        lines = lines_of(worker, task.id)
        assert len(lines) == 3
        assert not {"user_id", "credential_id", "run_id"} & {key for line in lines for key in line}
