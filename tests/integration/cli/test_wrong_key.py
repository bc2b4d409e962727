"""A shell with another key than the service blames itself, and no credential."""

import json
from typing import Any

import psycopg2
import pytest

from adapters.secrets.box import new_key
from tests.integration.cli.shell import USER, Shell

WRITTEN_BY_WORK = ("sync_runs", "provider_health", "sync_scopes", "cost_coverage", "leases")


def rows(shell: Shell) -> dict[str, list[Any]]:
    """Return what work on credentials leaves in the database."""
    connection = psycopg2.connect(shell.environment["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        found = {}
        for table in (*WRITTEN_BY_WORK, "jobs", "credentials"):
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
            found[table] = cursor.fetchall()
    connection.close()
    return found


@pytest.fixture
def foreign(shell: Shell, cloud: dict[str, Any]) -> Shell:
    """A shell that lacks the key which two credentials were sealed with."""
    shell.done("users", "add", USER)
    for name in ("first", "second"):
        shell.add_credential(name, cloud["credentials"]["aws"])
    return Shell({**shell.environment, "MULTICLOUD_SECRET_KEY": new_key().reveal()})


@pytest.mark.parametrize(
    "command",
    [
        ("sync",),
        ("health", "--check"),
        ("credentials", "check"),
        ("costs", "--refresh"),
    ],
)
def test_whatever_opens_secrets_ends_with_one_sentence_and_leaves_everything_as_it_was(
    foreign: Shell, command: tuple[str, ...]
) -> None:
    before = rows(foreign)
    said = foreign(*command).sentence
    assert said.startswith("The key of this process does not open any of the 2 stored secrets")
    assert "MULTICLOUD_SECRET_KEY" in said
    assert "`multicloud credentials replace`" in said
    assert rows(foreign) == before
    assert not any(before[table] for table in WRITTEN_BY_WORK)


def test_programs_are_told_the_name_of_the_error(foreign: Shell) -> None:
    said = foreign("sync", "--format", "json")
    assert (said.code, said.out) == (1, "")
    assert json.loads(said.err)["error"]["type"] == "WrongKey"


def test_no_credential_is_sealed_with_a_key_that_nobody_else_has(
    foreign: Shell, cloud: dict[str, Any]
) -> None:
    said = foreign(
        *("credentials", "add", "--user", USER, "--provider", "aws", "--name", "third"),
        *("--file", "-"),
        typed=json.dumps(cloud["credentials"]["aws"]),
    ).sentence
    assert "does not open any of the 2 stored secrets" in said


def test_the_doctor_says_so_once_and_asks_no_cloud(foreign: Shell) -> None:
    said = foreign("doctor", "--format", "json")
    assert said.code == 1
    parts = [check["part"] for check in said.json()]
    assert parts.count("stored secrets") == 1
    assert not [part for part in parts if part.startswith("credential ")]
    assert rows(foreign)["provider_health"] == []


def test_a_key_that_is_lost_for_good_is_got_over_by_replacing_one_secret_after_the_other(
    foreign: Shell, cloud: dict[str, Any]
) -> None:
    replace = ("credentials", "replace", "--user", USER, "--file", "-", "--name")
    foreign.done(*replace, "first", typed=json.dumps(cloud["credentials"]["aws"]))
    said = foreign("sync", "--format", "json")
    assert [result["status"] for result in said.json()] == ["succeeded", "failed"]
    assert "second: A stored secret cannot be opened with any key" in said.err
    foreign.done(*replace, "second", typed=json.dumps(cloud["credentials"]["aws"]))
    foreign.done("sync")
