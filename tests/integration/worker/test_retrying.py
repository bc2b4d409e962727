"""What happens to a task whose failure may pass."""

import json
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
from tests.broker import redis_client, waiting_messages

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


def run(app: Celery, *, retries: int, expires: datetime | None = None) -> None:
    """Run the task as a worker would after so many retries."""
    task = app.tasks[NAME]
    task.push_request(
        id="1",
        retries=retries,
        expires=expires and expires.isoformat(),
        called_directly=False,
        delivery_info={},
    )
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
    assert timedelta(seconds=59) < timedelta(seconds=again.value.when) <= timedelta(seconds=75)
    assert began <= datetime.now(UTC)


def test_after_three_retries_it_fails_with_the_reason(app: Celery, valkey_url: str) -> None:
    with pytest.raises(Unavailable):
        run(app, retries=3)

    assert waiting_messages(valkey_url, "sync") == []


def test_a_message_that_is_tried_again_still_expires_when_it_was_to(
    app: Celery, valkey_url: str
) -> None:
    expires = datetime.now(UTC) + timedelta(seconds=100)

    with pytest.raises(Retry):
        run(app, retries=0, expires=expires)

    with redis_client(valkey_url) as client:
        headers = json.loads(client.lindex("sync", 0))["headers"]
    assert datetime.fromisoformat(headers["expires"]) == expires


def test_a_message_that_expires_before_its_next_try_fails_at_once_with_the_reason(
    app: Celery, valkey_url: str
) -> None:
    with pytest.raises(Unavailable):
        run(app, retries=0, expires=datetime.now(UTC) + timedelta(seconds=20))

    assert waiting_messages(valkey_url, "sync") == []
