"""What was built, beside what the last sync saw of it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from adapters.persistence.engine import build_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.secrets.box import FernetSecretBox
from application.leasing import claim
from application.ports.provisioning import TerraformOutput
from application.ports.secret_box import SecretText
from application.ports.unit_of_work import OpenUnitOfWork
from domain.accounts import CredentialName, EmailAddress
from domain.inventory import Json, ResourceKind
from domain.leases import terraform_lease
from domain.provisioning import Resource, ResourceId, ResourceStatus
from tests.contract.provisioning_builders import (
    a_state,
    add_resource,
    an_object,
    become,
    end_run,
    put_state,
    queue_run,
)
from tests.integration.cli.shell import USER, Shell

LAKE, SCRATCH = "shop-data-lake", "notebook-scratch"


@pytest.fixture
def units(shell: Shell) -> Iterator[OpenUnitOfWork]:
    engine = build_engine(str(shell.environment["DATABASE_URL"]), pool_size=1)
    yield lambda: SqlUnitOfWork(engine)
    engine.dispose()


def built(units: OpenUnitOfWork, name: str, **tags: str) -> Resource:
    """A bucket of the sandbox that our own Terraform has built, with these tags."""
    spec: dict[str, Json] = {"kind": "aws_s3_bucket", "name": name, "region": "eu-west-1"}
    with units() as work:
        user = work.users.by_email(EmailAddress(USER))
        owner = work.credentials.named(user.id, CredentialName("sandbox"))
    resource = add_resource(
        units, owner, kind=ResourceKind.AWS_S3_BUCKET, name=name, spec={**spec, "tags": {**tags}}
    )
    end_run(units, queue_run(units, resource), at=datetime.now(UTC))
    put_state(
        units, resource, a_state(1), an_object(name, resource.kind, address="aws_s3_bucket.this")
    )
    return become(units, resource, ResourceStatus.PROVISIONING, ResourceStatus.ACTIVE)


def listed(shell: Shell, *arguments: str) -> list[dict[str, Any]]:
    return list(shell.done(*arguments, "--format", "json").json())


def test_the_inventory_tells_what_is_ours_from_what_is_not(
    synced: Shell, units: OpenUnitOfWork
) -> None:
    ours = built(units, LAKE)
    (managed,) = listed(synced, "inventory", "--managed", "managed")
    assert (managed["name"], managed["resource_id"]) == (LAKE, ours.id)
    others = listed(synced, "inventory", "--managed", "unmanaged")
    assert {item["managed"] for item in others} == {"unmanaged"}
    assert LAKE not in {item["name"] for item in others}
    assert listed(synced, "inventory", "--managed", "orphaned") == []
    assert listed(synced, "inventory", "--managed", "missing") == []


def test_what_differs_from_what_was_asked_for_is_listed_with_how(
    synced: Shell, units: OpenUnitOfWork
) -> None:
    drifted = built(units, LAKE, owner="nobody")
    built(units, SCRATCH)
    synced.done("sync")
    (found,) = listed(synced, "resources", "--drift")
    assert (found["id"], found["presence"]) == (drifted.id, "present")
    assert [field["field"] for field in found["drift"]] == ["tags.owner"]
    assert "tags.owner: nobody -> " in synced.done("resources", "--drift").out
    assert synced.done("resources", "--missing").err.startswith("Nothing differs")


def test_what_vanished_from_the_cloud_is_missing(
    synced: Shell, units: OpenUnitOfWork, cloud: dict[str, Any]
) -> None:
    gone = built(units, SCRATCH)
    key = cloud["credentials"]["aws"]
    boto3.client(
        "s3",
        region_name="eu-west-1",
        endpoint_url=cloud["endpoints"]["aws"],
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
    ).delete_bucket(Bucket=SCRATCH)
    synced.done("sync")
    (missing,) = listed(synced, "resources", "--missing")
    assert (missing["id"], missing["presence"]) == (gone.id, "missing")
    assert listed(synced, "resources", "--drift") == [missing]
    (item,) = listed(synced, "inventory", "--managed", "missing")
    assert (item["name"], item["state"], item["resource_id"]) == (SCRATCH, "missing", gone.id)


def test_filters_narrow_the_listing(synced: Shell, units: OpenUnitOfWork) -> None:
    ours = built(units, LAKE)
    for fitting in (
        ("--user", USER),
        ("--credential", "sandbox"),
        ("--provider", "aws"),
        ("--kind", "aws_s3_bucket"),
        ("--status", "active", "--status", "failed"),
    ):
        assert [each["id"] for each in listed(synced, "resources", *fitting)] == [ours.id]
    for other in (("--provider", "gcp"), ("--status", "failed"), ("--kind", "aws_vpc")):
        assert listed(synced, "resources", *other) == []
    become(units, ours, ResourceStatus.DESTROYING, ResourceStatus.DESTROYED)
    assert synced.done("resources").err.startswith("Nothing was asked for yet.")
    assert [each["id"] for each in listed(synced, "resources", "--all")] == [ours.id]


def test_sensitive_outputs_are_shown_to_who_asks_for_them(
    synced: Shell, units: OpenUnitOfWork
) -> None:
    ours = built(units, LAKE)
    key = str(synced.environment["MULTICLOUD_SECRET_KEY"])
    box = FernetSecretBox(keys=SecretText(key), learn=lambda _: None)
    with units() as work:
        output = TerraformOutput(outputs={"arn": "arn:aws:s3:::x"})
        work.resources.save_output(
            ResourceId(ours.id), output, sensitive=box.seal(SecretText('{"password": "canary"}'))
        )
        work.commit()
    hidden = synced.done("resources", "show", str(ours.id)).out
    assert "arn:aws:s3:::x" in hidden
    assert "canary" not in hidden
    assert "canary" in synced.done("resources", "show", str(ours.id), "--reveal").out


def test_who_works_on_a_resource_is_shown_while_they_do(
    synced: Shell, units: OpenUnitOfWork
) -> None:
    ours = built(units, LAKE)
    show = ("resources", "show", str(ours.id))
    assert synced.done(*show, "--format", "json").json()["worked_on_by"] is None
    assert "worked_on_by" not in synced.done(*show).out
    while_at_work = timedelta(minutes=10)
    claim(units, terraform_lease(ours.id), holder="worker-7 on build-host", duration=while_at_work)
    worker = synced.done(*show, "--format", "json").json()["worked_on_by"]
    assert worker["holder"] == "worker-7 on build-host"
    assert (
        timedelta(0) < datetime.fromisoformat(worker["until"]) - datetime.now(UTC) <= while_at_work
    )
    assert f"worker-7 on build-host, until {worker['until']}" in synced.done(*show).out


def test_a_cloud_that_terraform_cannot_ask_is_told_and_the_exit_code_is_1(
    synced: Shell, units: OpenUnitOfWork
) -> None:
    ours = built(units, LAKE)
    said = synced("resources", "--confirm", "--format", "json", TERRAFORM_BIN="no-such-terraform")
    assert said.code == 1
    assert said.json()[0]["confirmed"] is None
    assert said.err.startswith(f"Warning: resource {ours.id} (aws_s3_bucket {LAKE}): ")
