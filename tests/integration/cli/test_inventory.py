"""Filling the inventory and looking into it, against a real server that speaks AWS."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, TypeAlias

import boto3
import pytest

from tests.integration.cli.shell import USER, Shell

Retag: TypeAlias = Callable[[str, str, str], None]
"""Gives an instance in us-west-2 a tag, behind the back of the service."""
HOSTILE = "=1+1 \u202e\u009b31m[bold]x[/]"


def listed(shell: Shell, *arguments: str) -> list[dict[str, Any]]:
    return list(shell.done("inventory", *arguments, "--format", "json").json())


@pytest.fixture
def retag(cloud: dict[str, Any]) -> Retag:
    key = cloud["credentials"]["aws"]
    ec2 = boto3.client(
        "ec2",
        region_name="us-west-2",
        endpoint_url=cloud["endpoints"]["aws"],
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
    )

    def tag(instance: str, name: str, value: str) -> None:
        ec2.create_tags(Resources=[instance], Tags=[{"Key": name, "Value": value}])

    return tag


def test_a_sync_fills_the_inventory_and_a_second_one_finds_nothing_new(
    shell: Shell, cloud: dict[str, Any]
) -> None:
    shell.done("users", "add", USER)
    shell.add_credential("sandbox", cloud["credentials"]["aws"])
    (first,) = shell.done("sync", "--format", "json").json()
    (second,) = shell.done("sync", "--format", "json").json()
    assert first["status"] == second["status"] == "succeeded"
    assert first["appeared"] == second["unchanged"] > 50
    assert (second["appeared"], second["changed"], second["deleted"]) == (0, 0, 0)
    assert len(listed(shell)) == first["appeared"]


def test_filters_narrow_the_listing(synced: Shell) -> None:
    buckets = listed(synced, "--kind", "aws_s3_bucket", "--region", "eu-west-1")
    assert {item["name"] for item in buckets} == {"shop-data-lake", "notebook-scratch"}
    payments = listed(synced, "--tag", "team=payments", "--kind", "aws_ec2_instance")
    assert {item["tags"]["team"] for item in payments} == {"payments"}
    assert listed(synced, "--user", USER, "--credential", "sandbox") == listed(synced)
    assert listed(synced, "--provider", "azure") == []
    assert listed(synced, "--state", "deleted") == []
    assert len(listed(synced, "--limit", "3")) == 3


def test_the_inventory_of_a_time_before_the_first_sync_is_empty(synced: Shell) -> None:
    yesterday = (datetime.now(UTC) - timedelta(days=1)).isoformat()
    assert listed(synced, "--at", yesterday) == []
    said = synced.done("inventory", "--at", yesterday)
    assert (said.out, said.err) == ("", "Nothing that fits was known at that time.\n")
    now = listed(synced, "--at", datetime.now(UTC).isoformat())
    assert [item["uri"] for item in now] == [item["uri"] for item in listed(synced)]


@pytest.mark.parametrize("form", ["table", "json", "csv"])
def test_a_time_that_is_no_longer_remembered_is_a_sentence(shell: Shell, form: str) -> None:
    said = shell("inventory", "--at", "2020-01-01", "--format", form)
    assert (said.code, said.out, len(said.err.splitlines())) == (1, "", 1)
    assert "changes are remembered since" in said.err


def test_every_item_has_every_documented_field(synced: Shell) -> None:
    rows = list(csv.DictReader(io.StringIO(synced.done("inventory", "--format", "csv").out)))
    items = listed(synced)
    assert [row["external_id"] for row in rows] == [item["external_id"] for item in items]
    assert set(rows[0]) == set(items[0]) >= {"id", "kind", "region", "state", "tags", "attributes"}


def test_one_item_is_shown_with_its_history(synced: Shell) -> None:
    item = listed(synced, "--limit", "1")[0]
    story = synced.done("inventory", "show", str(item["id"]), "--format", "json").json()
    assert story["external_id"] == item["external_id"]
    assert story.keys() == item.keys() | {"changes"}
    assert [change["change"] for change in story["changes"]] == ["appeared"]
    assert item["external_id"] in synced.done("inventory", "show", str(item["id"])).out


def test_a_change_in_the_cloud_is_told_field_by_field(synced: Shell, retag: Retag) -> None:
    instance = listed(synced, "--kind", "aws_ec2_instance", "--region", "us-west-2")[0]
    retag(instance["external_id"], "owner", "nobody")
    synced.done("sync")
    latest = synced.done("inventory", "changes", "--limit", "1", "--format", "json").json()
    assert latest[0]["external_id"] == instance["external_id"]
    assert latest[0]["fields"] == [{"field": "tags.owner", "before": None, "after": "nobody"}]
    table = synced.done("inventory", "changes", "--limit", "1").out
    assert "tags.owner: nothing -> nobody" in table


def test_an_item_of_somebody_else_is_spoken_of_like_one_that_never_was(synced: Shell) -> None:
    number = str(listed(synced)[0]["id"])
    synced.done("users", "add", "bob@example.org")
    as_bob = ("--user", "bob@example.org")

    refused = synced("inventory", "show", number, *as_bob).sentence

    assert refused.replace(f" {number}.", " 987654.") == (
        synced("inventory", "show", "987654", *as_bob).sentence
    )
    synced.done("inventory", "show", number, "--user", USER)


def test_a_hostile_name_in_the_cloud_is_shown_harmlessly(synced: Shell, retag: Retag) -> None:
    instance = listed(synced, "--kind", "aws_ec2_instance", "--region", "us-west-2")[1]
    retag(instance["external_id"], "Name", HOSTILE)
    synced.done("sync")
    item = str(instance["id"])
    shown = [
        synced.done("inventory", "show", item).out,
        synced.done("inventory", "changes").out,
        *(synced.done("inventory", "--format", form).out for form in ("table", "csv", "json")),
    ]
    assert all("\u202e" not in text and "\x9b" not in text for text in shown)
    assert all("[bold]x[/]" in text for text in shown)
    story = synced.done("inventory", "show", item, "--format", "json").json()
    assert story["name"] == HOSTILE


@pytest.mark.parametrize(
    "arguments",
    [
        ("--at", "yesterday"),
        ("--at", "2100-01-01"),
        ("--at", "9999-12-31T23:59:59-14:00"),
        ("--at", "0001-01-01T00:00:00+14:00"),
        ("--limit", "0"),
        ("--limit", "99999999999999999999999"),
        ("changes", "--limit", "99999999999999999999"),
        ("changes", "--since", "0001-01-01T00:00:00+14:00"),
        ("--tag", "team"),
        ("--kind", "aws_moon_base"),
        ("--state", "lost"),
        ("--format", "xml"),
        ("show", "first"),
    ],
)
def test_wrong_use_is_exit_code_2(shell: Shell, arguments: tuple[str, ...]) -> None:
    said = shell("inventory", *arguments)
    assert (said.code, said.out) == (2, "")
    assert "Traceback" not in said.err


def test_what_is_not_there_is_a_sentence(shell: Shell) -> None:
    assert "4711" in shell("inventory", "show", "4711").sentence
    assert "nobody@example.org" in shell("inventory", "--user", "nobody@example.org").sentence
    assert "'main'" in shell("inventory", "--credential", "main").sentence


def test_an_empty_inventory_is_told_apart_from_filters_that_fit_nothing(synced: Shell) -> None:
    said = synced.done("inventory", "--region", "mars-north-1")
    assert (said.out, said.err) == ("", "Nothing in the inventory fits these filters.\n")


def test_an_inventory_that_nobody_filled_yet_says_how(shell: Shell) -> None:
    assert "multicloud sync" in shell.done("inventory").err


def test_a_user_without_credentials_has_nothing_to_sync(shell: Shell) -> None:
    shell.done("users", "add", USER)
    sentence = shell("sync", "--user", USER).sentence
    assert f"multicloud credentials add --user {USER}" in sentence
