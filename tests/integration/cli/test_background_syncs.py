"""Asking the workers for syncs, from a terminal."""

import psycopg2

from tests.integration.cli.shell import USER, Shell

DOCUMENT = {"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "canary/secret/value"}


def set_status(shell: Shell, name: str, status: str) -> None:
    connection = psycopg2.connect(str(shell.environment["DATABASE_URL"]))
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE jobs SET status = %s, started_at = now() WHERE kind = 'sync_credential' "
            "AND credential_id = (SELECT id FROM credentials WHERE name = %s)",
            [status, name],
        )
        assert cursor.rowcount == 1
    connection.close()


def test_the_status_says_what_becomes_of_each_wish(shell: Shell, valkey_url: str) -> None:
    terminal = Shell({**shell.environment, "CELERY_BROKER_URL": valkey_url})
    terminal.done("users", "add", USER)
    for name in ("ended", "runs", "waits"):  # the first sync of each waits from now on
        terminal.add_credential(name, DOCUMENT)
    set_status(terminal, "ended", "succeeded")
    set_status(terminal, "runs", "running")

    told = terminal.done("sync", "--background", "--format", "json").json()

    assert {each["name"]: each["status"] for each in told} == {
        "ended": "queued",
        "runs": "already_running",
        "waits": "urgent",
    }
