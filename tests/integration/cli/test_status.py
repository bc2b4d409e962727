"""What an operator types first."""

import csv
import io
from datetime import timedelta

import psycopg2
import pytest

from tests.integration.cli.shell import USER, Shell

DOCUMENT = {"access_key_id": "AKIACANARYCANARYCANA", "secret_access_key": "canary/secret/value"}


@pytest.fixture
def patient(shell: Shell, valkey_url: str) -> Shell:
    return Shell({**shell.environment, "CELERY_BROKER_URL": valkey_url})


def run_sql(shell: Shell, statement: str) -> None:
    connection = psycopg2.connect(str(shell.environment["DATABASE_URL"]))
    with connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()


def beat_asked(shell: Shell, ago: timedelta) -> None:
    run_sql(
        shell,
        "INSERT INTO schedule (entry, turn, claimed_by, claimed_at, sends, missed) "
        f"VALUES ('sync everybody', now() - INTERVAL '{ago}', 'host:7:ab', "
        f"now() - INTERVAL '{ago}', 1, 0)",
    )


def test_a_service_at_rest_shows_what_lacks_and_what_to_start(patient: Shell) -> None:
    said = patient.done("status")
    first = said.out.splitlines()[1]
    assert first.split()[0] in {"queue", "worker", "beat"}
    assert "celery -A entrypoints.worker beat" in said.out
    assert "multicloud up" in said.out
    assert said.err == "5 of these need attention.\n"


def test_programs_get_the_numbers(patient: Shell) -> None:
    beat_asked(patient, timedelta(minutes=1))
    rows = patient.done("status", "--format", "json").json()
    beat = next(row for row in rows if (row["part"], row["name"]) == ("beat", ""))
    assert beat["ok"] is True
    assert 60 <= beat["figures"]["seconds_since_turn"] < 120
    oks = [row["ok"] for row in rows]
    assert oks == sorted(oks)
    table = list(csv.DictReader(io.StringIO(patient.done("status", "--format", "csv").out)))
    assert [row["part"] for row in table] == [row["part"] for row in rows]


def test_a_stale_credential_is_a_finding_and_no_failure(patient: Shell) -> None:
    patient.done("users", "add", USER)
    patient.add_credential("main", DOCUMENT)
    run_sql(patient, "UPDATE credentials SET created_at = now() - INTERVAL '40 minutes'")
    rows = patient.done("status", "--format", "json").json()
    stale = next(row for row in rows if row["name"] == f"main of {USER}")
    assert stale["found"].startswith("never synced completely for 40 minutes")
    checks = patient("doctor", "--format", "json").json()
    syncs = next(check for check in checks if check["part"] == "syncs")
    assert (syncs["ok"], syncs["found"]) == (
        False,
        ("0 of 1 credential synced completely in the last 30 minutes, 1 never."),
    )


def test_two_credentials_for_one_account_are_told_wherever_somebody_looks(
    patient: Shell,
) -> None:
    patient.done("users", "add", USER)
    for name in ("main", "second"):
        patient.add_credential(name, DOCUMENT)
    run_sql(patient, "UPDATE credentials SET account_id = '123456789012'")
    told = f"main and second of {USER} both reach AWS account 123456789012: "
    rows = patient.done("status", "--format", "json").json()
    (row,) = (row for row in rows if row["part"] == "accounts")
    assert (row["ok"], row["name"]) == (True, USER)
    assert row["found"].startswith(told)
    assert f"credentials disable --user {USER} --name second" in row["what_to_do"]
    listed = patient.done("credentials", "list", "--user", USER, "--format", "json")
    assert len(listed.json()) == len(("main", "second"))
    assert listed.err.startswith(f"Warning: {told}")
    patient.done("users", "add", "eve@example.org")
    for others in (("--user", "eve@example.org"), ("--provider", "gcp")):
        assert "main" not in patient.done("credentials", "list", *others).err


@pytest.mark.parametrize(
    ("changed", "unread"),
    [
        ({"CELERY_BROKER_URL": "redis://:canary@127.0.0.1:9/0"}, "queue, worker"),
        (
            {"DATABASE_URL": "postgresql://ada:canary@127.0.0.1:9/x"},
            "queue, beat, tables, jobs, syncs, terraform, health, accounts",
        ),
    ],
)
def test_what_cannot_be_read_fails_and_hides_nothing_else(
    patient: Shell, changed: dict[str, str | None], unread: str
) -> None:
    said = Shell({**patient.environment, **changed})("status", "--format", "json")
    assert said.code == 1
    first, *rest = said.json()
    assert (first["part"], first["name"]) == ("unread", unread)
    assert first["what_to_do"]
    assert first["what_to_do"] not in first["found"]
    assert rest
    assert "canary" not in said.out + said.err


def test_tables_that_another_version_migrated_are_a_finding(patient: Shell) -> None:
    run_sql(patient, "UPDATE alembic_version SET version_num = '9999'")
    rows = patient.done("status", "--format", "json").json()
    tables = next(row for row in rows if row["part"] == "tables")
    assert tables["ok"] is False
    assert "9999" in tables["found"]
    assert tables["what_to_do"]


def test_beat_is_alive_while_it_asks_for_something(patient: Shell) -> None:
    said = patient("alive", "--beat")
    assert (said.code, said.out, said.err) == (1, "", "No beat has ever asked for anything.\n")
    beat_asked(patient, timedelta(minutes=2))
    assert patient.done("alive", "--beat").out.startswith("host:7:ab asked for 'sync everybody' ")
    said = patient("alive", "--beat", "--within", "60")
    assert said.code == 1
    assert "minutes ago" in said.err


def test_beat_and_the_queues_of_a_worker_are_not_asked_for_at_once(patient: Shell) -> None:
    assert patient("alive", "--beat", "--queue", "sync").code == 2
