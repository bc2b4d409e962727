"""Small things that happen to the demo account while nobody looks."""

from collections.abc import Callable, Mapping
from typing import Any

from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.happening import Happening, NothingToChange


def stop_instance(endpoint: str) -> Happening:
    """Stop the running instance web-1."""
    ec2, region, name = client(endpoint, "ec2", "eu-central-1"), "eu-central-1", "web-1"
    identity = _instance(ec2, name, "running")
    ec2.stop_instances(InstanceIds=[identity])
    return Happening(
        change="stop-instance",
        kind="aws_ec2_instance",
        region=region,
        id=identity,
        name=name,
        field="status",
        before="running",
        after="stopped",
    )


def retag_instance(endpoint: str) -> Happening:
    """Hand the instance runner-1 over to another team."""
    ec2, region, name = client(endpoint, "ec2", "us-east-1"), "us-east-1", "runner-1"
    identity = _instance(ec2, name, "running")
    ec2.create_tags(Resources=[identity], Tags=[{"Key": "team", "Value": "storefront"}])
    return Happening(
        change="retag-instance",
        kind="aws_ec2_instance",
        region=region,
        id=identity,
        name=name,
        field="tags.team",
        before="platform",
        after="storefront",
    )


def delete_bucket(endpoint: str) -> Happening:
    """Delete the bucket that nobody remembers."""
    s3, name = client(endpoint, "s3", "us-east-1"), "old-website-backup"
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        raise NothingToChange(f"There is no bucket {name} any more.")
    s3.delete_bucket(Bucket=name)
    return Happening(
        change="delete-bucket",
        kind="aws_s3_bucket",
        region="us-east-1",
        id=name,
        name=name,
        field="state",
        before="active",
        after="missing",
    )


CHANGES: Mapping[str, Callable[[str], Happening]] = {
    "stop-instance": stop_instance,
    "retag-instance": retag_instance,
    "delete-bucket": delete_bucket,
}
"""Each change by its name; the first is what the demo uses."""


def _instance(ec2: Any, name: str, state: str) -> str:  # noqa: ANN401 - boto3 ships no types
    filters = [
        {"Name": "tag:Name", "Values": [name]},
        {"Name": "instance-state-name", "Values": [state]},
    ]
    for reservation in ec2.describe_instances(Filters=filters)["Reservations"]:
        return str(reservation["Instances"][0]["InstanceId"])
    raise NothingToChange(f"There is no {state} instance {name}.")
