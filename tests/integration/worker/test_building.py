"""From a spec in somebody's hands to a bucket in the cloud and back, through a real worker."""

import json
from typing import Any

import pytest

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.cli.shell import Shell
from tests.integration.worker.rig import WorkerRig
from tests.waiting import soon

OWNER = "eve@example.org"
SPEC = {"kind": "aws_s3_bucket", "name": "eves-invoices", "region": "eu-west-1"}


def tags_in_the_cloud(aws: AwsServer) -> dict[str, str]:
    s3 = client(aws.endpoint, "s3", "eu-west-1")
    tagged = s3.get_bucket_tagging(Bucket=SPEC["name"])["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in tagged}


def buckets(aws: AwsServer) -> list[str]:
    found = client(aws.endpoint, "s3", "eu-west-1").list_buckets()["Buckets"]
    return [bucket["Name"] for bucket in found]


@pytest.fixture
def eve(worker: WorkerRig, aws: AwsServer) -> Shell:
    """A user with a key to AWS, in a terminal beside the worker."""
    terminal = Shell(dict(worker.environment))
    key = {
        "access_key_id": "AKIATESTTESTTESTTEST",
        "secret_access_key": "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",
        "endpoint_url": aws.endpoint,
        "regions": ["eu-west-1"],
    }
    terminal.done("users", "add", OWNER)
    terminal.done(
        *("credentials", "add", "--user", OWNER, "--provider", "aws", "--name", "main"),
        *("--file", "-"),
        typed=json.dumps(key),
    )
    return terminal


def listed(eve: Shell, *arguments: str) -> list[dict[str, Any]]:
    return list(eve.done(*arguments, "--user", OWNER, "--format", "json").json())


def looked_at(worker: WorkerRig) -> tuple[object, ...]:
    """What the sync that the end of the run asked for finds, once it is sent as by beat."""
    worker.call(TaskName.DISPATCH_JOBS.value)
    done = "SELECT status = 'succeeded' FROM jobs WHERE kind = 'sync_credential'"
    soon(lambda: worker.rows(done) == [(True,)])
    (found,) = worker.rows("SELECT state FROM resource_inventory WHERE name = 'eves-invoices'")
    return found


def test_a_bucket_is_built_shown_as_ours_and_taken_down_again(
    worker: WorkerRig, aws: AwsServer, eve: Shell
) -> None:
    built = eve.done(
        *("provision", "--user", OWNER, "--credential", "main", "--spec", "-"),
        *("--wait", "--format", "json"),
        typed=json.dumps(SPEC),
    )

    resource: dict[str, Any] = built.json()
    number = str(resource["id"])
    assert (resource["status"], resource["run_status"]) == ("active", "applied")
    assert resource["outputs"]["arn"] == "arn:aws:s3:::eves-invoices"
    assert f"resource {number}: created aws_s3_bucket.this (eves-invoices)" in built.err
    assert tags_in_the_cloud(aws)["multi-cloud-resource-id"] == number
    lines = eve.done("logs", number, "--format", "json").json()
    assert len({(line["run_id"], line["step"], line["offset"]) for line in lines}) == len(lines)

    assert looked_at(worker) == ("active",)

    (item,) = listed(eve, "inventory", "--managed", "managed")
    assert (item["name"], item["resource_id"]) == (SPEC["name"], resource["id"])
    (found,) = listed(eve, "resources", "--confirm")
    assert (found["presence"], found["drift"], found["confirmed"]) == ("present", [], [])

    gone = eve.done("destroy", number, "--wait")

    assert gone.out == f"Resource {number} (aws_s3_bucket eves-invoices) is destroyed.\n"
    assert buckets(aws) == []
    assert looked_at(worker) == ("missing",)
    assert "canary" not in worker.log.read_text() + built.out + built.err
