"""Credentials that do not work, beside one that does."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from tests.integration.aws.rig import KEYS, Rig, running_rig
from tests.integration.cli.shell import USER, Shell

NONSENSE = {"cause": "AKIACANARYCANARYCANA", "detail": "", "remedy": ""} | dict.fromkeys(
    ("kind", "location", "permission")
)


def spoil_what_is_known_of_scopes(shell: Shell) -> None:
    connection = psycopg2.connect(shell.environment["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE sync_scopes SET trouble = %s", [json.dumps(NONSENSE)])
    connection.close()


@pytest.fixture
def rig() -> Iterator[Rig]:
    """A cloud behind a line that refuses what it is told to."""
    with running_rig() as rig:
        yield rig


def test_one_broken_credential_stops_no_other_and_makes_the_exit_code_1(
    shell: Shell, cloud: dict[str, Any]
) -> None:
    shell.done("users", "add", USER)
    for name in ("broken", "sandbox"):
        shell.add_credential(name, cloud["credentials"]["aws"])
    shell.seal_with_another_key("broken")
    said = shell("sync", "--format", "json")
    assert said.code == 1
    assert [result["status"] for result in said.json()] == ["failed", "succeeded"]
    assert said.err.startswith("Warning: broken: ")
    assert "Traceback" not in said.err


def test_a_defect_met_by_one_credential_stops_no_other_and_its_report_is_kept(
    synced: Shell, cloud: dict[str, Any]
) -> None:
    synced.add_credential("second", cloud["credentials"]["aws"])
    reports = Path(str(synced.environment["MULTICLOUD_DATA_DIR"])) / "logs"
    reports.mkdir(parents=True)
    spoil_what_is_known_of_scopes(synced)
    said = synced("sync", "--format", "json")
    assert said.code == 1
    spoilt, second = said.json()
    assert (spoilt["status"], second["status"]) == ("failed", "succeeded")
    (report,) = reports.iterdir()
    assert spoilt["error"].startswith("Something unexpected went wrong (ValueError)")
    assert str(report) in spoilt["error"]
    assert "Traceback" in report.read_text()
    assert said.err == f"Warning: sandbox: {spoilt['error']}\n"
    assert "CANARY" not in said.err + said.out + report.read_text()


def test_a_key_that_may_do_nothing_is_denied_and_fails_the_check(shell: Shell, rig: Rig) -> None:
    for operation in ("DescribeRegions", "DescribeInstances", "DescribeVpcs", "ListBuckets"):
        rig.fail(operation, status=403, code="AccessDenied")
    shell.done("users", "add", USER)
    shell.add_credential("powerless", {**KEYS, "endpoint_url": rig.line.endpoint})
    said = shell("credentials", "check", "--format", "json")
    assert said.code == 1
    (found,) = said.json()
    assert found["status"] == "denied"
    assert {trouble["permission"] for trouble in found["troubles"]} == {
        "ec2:DescribeRegions",
        "ec2:DescribeInstances",
        "ec2:DescribeVpcs",
        "s3:ListAllMyBuckets",
    }


def test_health_tells_which_credential_works_and_check_exits_with_1_for_one_that_does_not(
    shell: Shell, cloud: dict[str, Any]
) -> None:
    shell.done("users", "add", USER)
    shell.add_credential("sandbox", cloud["credentials"]["aws"])
    assert shell.done("health", "--format", "json").json()[0]["status"] == "unchecked"
    assert shell.done("health", "--check", "--format", "json").json()[0]["status"] == "healthy"
    shell.done("credentials", "check")
    shell.add_credential("broken", cloud["credentials"]["aws"])
    shell.seal_with_another_key("broken")
    said = shell("credentials", "check", "--format", "json")
    assert said.code == 1
    assert [found["status"] for found in said.json()] == ["healthy", "error"]


@pytest.mark.parametrize(
    "command",
    [
        ("sync", "--credential"),
        ("health", "--credential"),
        ("health", "--check", "--credential"),
        ("credentials", "check", "--name"),
    ],
)
def test_a_credential_that_is_not_there_or_disabled_is_named_with_what_to_do(
    shell: Shell, command: tuple[str, ...]
) -> None:
    shell.done("users", "add", USER)
    shell.add_credential("old key", KEYS)
    shell.done("credentials", "disable", "--user", USER, "--name", "old key")
    assert "no credential 'nope'" in shell(*command, "nope").sentence
    disabled = shell(*command, "old key").sentence
    assert f"'old key' of {USER} is disabled" in disabled
    assert f"multicloud credentials replace --user {USER} --name 'old key'" in disabled


def test_a_user_without_credentials_is_told_so_by_name(shell: Shell) -> None:
    shell.done("users", "add", USER)
    for command in (("credentials", "list"), ("health",)):
        said = shell.done(*command, "--user", USER)
        assert said.err.startswith(f"{USER} has no ")
    assert shell.done("credentials", "list").err.startswith("There are no credentials yet.")
