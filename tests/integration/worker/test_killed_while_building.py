"""The whole worker is killed in the middle of an apply, and the next one finishes what it began."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import psycopg2

from adapters.queue.task_names import TaskName
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.server import AwsServer
from entrypoints.sandbox.terraform.mirror import TROUBLE
from tests.integration.cli.shell import Shell
from tests.integration.worker.rig import WorkerRig, running_worker
from tests.waiting import soon

OWNER = "kim@example.org"
SPEC = {
    "kind": "aws_vpc",
    "name": "kims-network",
    "region": "eu-west-1",
    "cidr_block": "10.1.0.0/16",
    "subnets": ["10.1.1.0/24"],
}


def killed_with_all_its_children(name: str) -> None:
    """Kill every process of the worker called *name*, as the kernel does."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            arguments = (entry / "cmdline").read_bytes().decode().split("\0")
        except OSError:
            continue
        if f"{name}@localhost" in arguments:
            os.kill(int(entry.name), signal.SIGKILL)


def lease_run_out(rig: WorkerRig) -> None:
    """Let the minute pass after which others may take over."""
    connection = psycopg2.connect(rig.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE leases SET expires_at = now() WHERE name LIKE 'terraform:%'")
    connection.close()


def furnished(kim: Shell, aws: AwsServer) -> None:
    kim.done("users", "add", OWNER)
    document = {
        "access_key_id": "AKIATESTTESTTESTTEST",
        "secret_access_key": "a/secret/access/key/0123456789",
        "endpoint_url": aws.endpoint,
        "regions": ["eu-west-1"],
    }
    kim.done(
        *("credentials", "add", "--user", OWNER, "--provider", "aws", "--name", "main"),
        *("--file", "-"),
        typed=json.dumps(document),
    )


def networks(aws: AwsServer, resource_id: str) -> list[str]:
    ec2 = client(aws.endpoint, "ec2", "eu-west-1")
    ours = [{"Name": "tag:multi-cloud-resource-id", "Values": [resource_id]}]
    return [vpc["VpcId"] for vpc in ec2.describe_vpcs(Filters=ours)["Vpcs"]]


def test_a_worker_killed_with_its_children_is_followed_by_one_that_finishes(
    environment: dict[str, str], aws: AwsServer, tmp_path: Path
) -> None:
    kim = Shell(dict(environment))
    furnished(kim, aws)
    slow = Path(environment["MULTICLOUD_TERRAFORM_MIRROR"]) / TROUBLE
    slow.write_text(json.dumps({"delays": {"aws_vpc.create": 4.0}}))

    with running_worker("doomed", ["-c", "2"], environment=environment, folder=tmp_path):
        asked = kim.done(
            *("provision", "--user", OWNER, "--credential", "main", "--spec", "-"),
            *("--format", "json"),
            typed=json.dumps(SPEC),
        ).json()
        number = str(asked["id"])
        soon(lambda: networks(aws, number), patience=60)
        killed_with_all_its_children("doomed")
    slow.unlink()

    def status() -> str:
        (listed,) = kim.done("resources", "--user", OWNER, "--format", "json").json()
        return str(listed["status"])

    assert status() == "provisioning"
    with running_worker("next", ["-c", "2"], environment=environment, folder=tmp_path) as rig:
        lease_run_out(rig)
        rig.call(TaskName.PROVISION_RESOURCE.value, int(number))
        rig.call(TaskName.PROVISION_RESOURCE.value, int(number))
        soon(lambda: status() == "active", patience=60)
    assert len(networks(aws, number)) == 1
    lines: list[dict[str, Any]] = kim.done("logs", number, "--format", "json").json()
    said = [line["message"] for line in lines]
    assert sum("aws_vpc.this: Creation complete" in line for line in said) == 1
    assert sum("Apply complete" in line for line in said) == 1
