"""A message that came too late is dropped, and the job is done by the next one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.queue.task_names import TaskName
from domain.jobs import JobStatus
from tests.reliability.ground import Ground, a_ground
from tests.reliability.rig import a_sender, a_worker
from tests.waiting import soon


@pytest.fixture
def ground(environment: dict[str, str], folder: Path) -> Iterator[Ground]:
    with a_ground(environment, folder) as ground:
        yield ground


@pytest.mark.timeout(90)
def test_a_job_whose_message_expired_in_the_queue_is_done_when_it_is_sent_again(
    ground: Ground, environment: dict[str, str], folder: Path
) -> None:
    (credential,) = ground.credentials(1)
    message = ground.job(credential).message_id
    with (
        a_worker("late", environment=environment, folder=folder, options=("-c", "1")) as worker,
        a_sender(environment) as sender,
    ):
        sender.send_task(
            TaskName.SYNC_AWS.value,
            args=(credential.user_id, credential.id),
            task_id=message,
            expires=datetime.now(UTC) - timedelta(seconds=1),
            ignore_result=True,
        )
        soon(lambda: "Discarding revoked task" in worker.said())
        assert ground.job(credential).status is JobStatus.QUEUED
        ground.service.dispatch_jobs()()
        soon(lambda: ground.ended(credential), patience=40)
    assert ground.job(credential).status is JobStatus.SUCCEEDED
    assert ground.job(credential).done_by == message
