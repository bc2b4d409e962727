"""Whether the servers can be used, asked every few seconds."""

import pytest

from adapters.secrets.box import new_key
from tests.integration.cli.shell import Shell

NOBODY = "127.0.0.1:9"


@pytest.fixture
def complete(shell: Shell, valkey_url: str) -> Shell:
    return Shell({**shell.environment, "CELERY_BROKER_URL": valkey_url})


def test_ready_means_that_database_broker_and_key_can_be_used(complete: Shell) -> None:
    said = complete.done("ready")
    assert said.out == "Ready: the database, the broker and the secret key can be used.\n"


@pytest.mark.parametrize(
    ("changed", "part"),
    [
        ({"DATABASE_URL": f"postgresql://user:canary@{NOBODY}/x"}, "database"),
        ({"CELERY_BROKER_URL": f"redis://:canary@{NOBODY}/0"}, "broker"),
        ({"MULTICLOUD_SECRET_KEY": "canary"}, "secret key"),
        ({"MULTICLOUD_SECRET_KEY": None}, "secret key"),
        ({"DATABASE_URL": None}, "database"),
    ],
)
def test_what_cannot_be_used_is_one_line_that_names_it_and_no_secret(
    complete: Shell, changed: dict[str, str | None], part: str
) -> None:
    said = Shell({**complete.environment, **changed})("ready")
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert line.startswith(f"{part}: ")
    assert "canary" not in line


def test_every_part_that_cannot_be_used_has_a_line(complete: Shell) -> None:
    said = complete("ready", DATABASE_URL=f"postgresql://{NOBODY}/x", MULTICLOUD_SECRET_KEY="none")
    assert [line.partition(":")[0] for line in said.err.splitlines()] == ["secret key", "database"]


def test_tables_of_another_revision_are_not_ready(complete: Shell, empty_database_url: str) -> None:
    empty = Shell({**complete.environment, "DATABASE_URL": empty_database_url})
    assert "multicloud db upgrade" in empty("ready").err
    empty.done("db", "upgrade")
    empty.done("ready")


def test_another_key_is_as_good_for_readiness(complete: Shell) -> None:
    complete.done("ready")
    assert complete("ready", MULTICLOUD_SECRET_KEY=new_key().reveal()).code == 0
