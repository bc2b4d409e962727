"""What happens to a task whose failure may pass."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from celery import Celery
from celery.exceptions import Retry
from pydantic import SecretStr

from adapters.queue.task_names import TaskName
from application.ports.errors import Unavailable
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from tests.broker import waiting_messages

NAME = TaskName.SYNC_ALL_USERS.value


@pytest.fixture
def app(valkey_url: str, tmp_path: Path) -> Celery:
    """A worker's app whose database does not answer."""
    return worker_app(
        lambda: Settings(
            database=SecretStr("postgresql://nobody@127.0.0.1:1/none"),
            broker=SecretStr(valkey_url),
            data_dir=tmp_path,
        )
    )


def run(app: Celery, *, retries: int) -> None:
    """Run the task as a worker would after so many retries."""
    task = app.tasks[NAME]
    task.push_request(id="1", retries=retries, called_directly=False, delivery_info={})
    try:
        task()
    finally:
        task.pop_request()


def test_it_waits_in_the_queue_to_be_tried_again(app: Celery, valkey_url: str) -> None:
    began = datetime.now(UTC)

    with pytest.raises(Retry) as again:
        run(app, retries=0)

    assert waiting_messages(valkey_url, "sync") == [(NAME, [])]
    assert isinstance(again.value.exc, Unavailable)
    assert timedelta(seconds=29) < timedelta(seconds=again.value.when) <= timedelta(seconds=60)
    assert began <= datetime.now(UTC)


def test_after_three_retries_it_fails_with_the_reason(app: Celery, valkey_url: str) -> None:
    with pytest.raises(Unavailable):
        run(app, retries=3)

    assert waiting_messages(valkey_url, "sync") == []
