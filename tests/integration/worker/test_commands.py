"""What the `celery` commands say when the service is not set up."""

import json
import time
from pathlib import Path

import pytest

from adapters.queue.task_names import TaskName
from tests.broker import messages_in
from tests.integration.worker.rig import celery, running_worker


@pytest.mark.parametrize(
    "command",
    [["worker"], ["beat"], ["flower", "--port=0"], ["inspect", "ping"], ["purge", "-f"]],
    ids=lambda command: command[0],
)
def test_without_a_broker_every_command_ends_with_one_sentence(
    command: list[str], tmp_path: Path
) -> None:
    done = celery(*command, environment={"MULTICLOUD_DATA_DIR": str(tmp_path)})

    assert done.returncode == 1
    assert done.stderr.startswith("Error: CELERY_BROKER_URL is not set")
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_worker_without_a_database_does_not_start(tmp_path: Path) -> None:
    environment = {
        "MULTICLOUD_DATA_DIR": str(tmp_path),
        "CELERY_BROKER_URL": "redis://:hunter2@127.0.0.1:1/0",
    }

    done = celery("worker", environment=environment)

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith("Error: DATABASE_URL is not set")
    assert "Traceback" not in done.stderr


def test_beat_without_a_database_says_so(tmp_path: Path) -> None:
    environment = {
        "MULTICLOUD_DATA_DIR": str(tmp_path),
        "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    }

    done = celery("beat", environment=environment)

    assert done.returncode == 1
    assert "DATABASE_URL is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_worker_of_a_queue_that_nobody_sends_to_says_which_ones_there_are(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with running_worker(
        "misspelt", ["-c", "1"], environment=environment, folder=tmp_path, queues="snyc,terraform"
    ) as rig:
        said = rig.log.read_text()

    [warning] = [line for line in said.splitlines() if "Nothing of ours" in line]
    assert json.loads(warning)["level"] == "warning"
    assert json.loads(warning)["event"] == (
        "Nothing of ours is sent to the queue 'snyc' that this worker takes from; "
        "our queues are celery, sync, terraform. Correct its -Q."
    )


def test_asking_workers_over_a_dead_broker_says_so_without_the_password(tmp_path: Path) -> None:
    environment = {
        "MULTICLOUD_DATA_DIR": str(tmp_path),
        "CELERY_BROKER_URL": "redis://:hunter2@127.0.0.1:1/0",
    }

    done = celery("inspect", "ping", environment=environment)

    assert done.returncode != 0
    assert "Could not connect to the message broker" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr


def test_calling_a_task_over_a_dead_broker_ends_soon_with_one_sentence(tmp_path: Path) -> None:
    environment = {
        "MULTICLOUD_DATA_DIR": str(tmp_path),
        "CELERY_BROKER_URL": "redis://:hunter2@127.0.0.1:1/0",
    }
    began = time.monotonic()

    done = celery("call", TaskName.SYNC_ALL_USERS.value, environment=environment)

    assert time.monotonic() - began < 10
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Error: The message broker at 127.0.0.1:1 cannot be reached. "
        "See that Redis runs, or the `multicloud up` that brings one along, and that "
        "CELERY_BROKER_URL, if it is set, leads to it."
    )


def test_what_is_called_by_hand_waits_in_the_queue(environment: dict[str, str]) -> None:
    called = celery("call", "nobody.serves.this", "--queue=parked", environment=environment)

    [message] = messages_in(environment["CELERY_BROKER_URL"], "parked")
    assert called.stdout.strip() == message["headers"]["id"]
