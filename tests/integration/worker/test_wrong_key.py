"""Workers with another key than the one that the stored secrets were sealed with."""

from pathlib import Path

import pytest

from adapters.queue.task_names import TaskName
from adapters.secrets.box import new_key
from tests.integration.cli.shell import USER, Shell
from tests.integration.worker.rig import celery, running_worker

DOCUMENT = {"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "canary/secret/value"}
SENTENCE = "The key of this process does not open the one stored secret"


@pytest.fixture
def shell(migrated_database_url: str, valkey_url: str, tmp_path: Path) -> Shell:
    """A terminal with the right key, and nothing stored."""
    return Shell(
        {
            "DATABASE_URL": migrated_database_url,
            "CELERY_BROKER_URL": valkey_url,
            "CELERY_RESULT_BACKEND": valkey_url,
            "MULTICLOUD_DATA_DIR": str(tmp_path / "data"),
            "MULTICLOUD_SECRET_KEY": new_key().reveal(),
        }
    )


def with_another_key(shell: Shell) -> dict[str, str]:
    known = {name: str(value) for name, value in shell.environment.items()}
    return {**known, "MULTICLOUD_SECRET_KEY": new_key().reveal()}


def add_credential(shell: Shell) -> None:
    shell.done("users", "add", USER)
    shell.add_credential("main", DOCUMENT)


def test_a_worker_with_another_key_does_not_start(shell: Shell) -> None:
    add_credential(shell)

    done = celery("worker", environment=with_another_key(shell))

    assert done.returncode == 1
    assert done.stderr.strip().splitlines()[-1].startswith(f"Error: {SENTENCE}")
    assert "Traceback" not in done.stderr


def test_one_that_was_started_before_anything_was_stored_leaves_jobs_as_they_are(
    shell: Shell, tmp_path: Path
) -> None:
    environment = with_another_key(shell)
    jobs = "SELECT kind, status, attempts, due_at, sent_at, started_at, ended_at FROM jobs"
    found = "SELECT count(*) FROM sync_runs", "SELECT count(*) FROM provider_health"
    with running_worker("foreign", ["-c", "1"], environment=environment, folder=tmp_path) as rig:
        add_credential(shell)
        before = rig.rows(jobs)
        for name, arguments in (
            (TaskName.SYNC_AWS, (1, 1)),
            (TaskName.UPDATE_CREDENTIAL_COST_DATA, (1, 1)),
            (TaskName.UPDATE_PROVIDER_HEALTH, ()),
            (TaskName.PROVISION_RESOURCE, (1,)),
            (TaskName.DESTROY_RESOURCE, (1,)),
        ):
            assert SENTENCE in rig.failure_of(name.value, *arguments)
        assert rig.rows(jobs) == before
        [(reason,)] = rig.rows("SELECT reason FROM jobs WHERE reason IS NOT NULL")
        assert str(reason).startswith(f"A worker refused to begin it: {SENTENCE}")
        assert [rig.rows(each) for each in found] == [[(0,)], [(0,)]]


def test_while_the_database_is_away_a_worker_starts_and_says_what_it_could_not_check(
    shell: Shell, tmp_path: Path
) -> None:
    environment = with_another_key(shell) | {"DATABASE_URL": "postgresql://u:canary@127.0.0.1:1/x"}
    with running_worker("early", ["-c", "1"], environment=environment, folder=tmp_path) as rig:
        log = rig.log.read_text()
    assert "It is not known yet whether the secret key is the right one" in log
    assert "canary" not in log
