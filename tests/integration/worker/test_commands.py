"""What the `celery` commands say when the service is not set up."""

from pathlib import Path

import pytest

from tests.integration.worker.rig import celery


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


def test_asking_workers_over_a_dead_broker_says_so_without_the_password(tmp_path: Path) -> None:
    environment = {
        "MULTICLOUD_DATA_DIR": str(tmp_path),
        "CELERY_BROKER_URL": "redis://:hunter2@127.0.0.1:1/0",
    }

    done = celery("inspect", "ping", environment=environment)

    assert done.returncode != 0
    assert "Could not connect to the message broker" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
