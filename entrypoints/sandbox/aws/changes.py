"""Small things that happen to the demo account while nobody looks."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Protocol

from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.aws.seed import REGIONS
from entrypoints.sandbox.happening import Happening, NothingToChange

_ANYWHERE: Final = "us-east-1"
"""A region that answers for all."""


class AwsChange(Protocol):
    """Makes something happen at an endpoint."""

    def __call__(self, endpoint: str, /, *, name: str | None = None) -> Happening:
        """Let it happen to the resource *name*; None: to the one of the demo."""


def stop_instance(endpoint: str, *, name: str | None = None) -> Happening:
    """Stop a running instance, by its Name or its id: web-1, or the one that is named."""
    region, instance = _running(endpoint, name, otherwise="web-1")
    identity = instance["InstanceId"]
    client(endpoint, "ec2", region).stop_instances(InstanceIds=[identity])
    return Happening(
        change="stop-instance",
        kind="aws_ec2_instance",
        region=region,
        id=identity,
        name=name or "web-1",
        field="status",
        before="running",
        after="stopped",
    )


def retag_instance(endpoint: str, *, name: str | None = None) -> Happening:
    """Hand an instance over to another team: runner-1, or the one that is named."""
    region, instance = _running(endpoint, name, otherwise="runner-1")
    identity = instance["InstanceId"]
    tags = {tag["Key"]: tag["Value"] for tag in instance.get("Tags", ())}
    change = [{"Key": "team", "Value": "storefront"}]
    client(endpoint, "ec2", region).create_tags(Resources=[identity], Tags=change)
    return Happening(
        change="retag-instance",
        kind="aws_ec2_instance",
        region=region,
        id=identity,
        name=name or "runner-1",
        field="tags.team",
        before=tags.get("team"),
        after="storefront",
    )


def delete_bucket(endpoint: str, *, name: str | None = None) -> Happening:
    """Delete an empty bucket: the one that nobody remembers, or the one that is named."""
    s3, name = client(endpoint, "s3", _ANYWHERE), name or "old-website-backup"
    if name not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        raise NothingToChange(f"There is no bucket {name} any more.")
    region = s3.get_bucket_location(Bucket=name)["LocationConstraint"] or _ANYWHERE
    s3.delete_bucket(Bucket=name)
    return Happening(
        change="delete-bucket",
        kind="aws_s3_bucket",
        region=region,
        id=name,
        name=name,
        field="state",
        before="active",
        after="missing",
    )


CHANGES: Mapping[str, AwsChange] = {
    "stop-instance": stop_instance,
    "retag-instance": retag_instance,
    "delete-bucket": delete_bucket,
}
"""Each change by its name; the first is what the demo uses."""


def _running(endpoint: str, name: str | None, *, otherwise: str) -> tuple[str, Any]:
    """Return the region and the record of the running instance with that Name, or that id.

    Without a name it is *otherwise*, which is the demo's and in one of its regions.
    """
    wanted = name or otherwise
    mark = "instance-id" if wanted.startswith("i-") else "tag:Name"
    filters = [
        {"Name": mark, "Values": [wanted]},
        {"Name": "instance-state-name", "Values": ["running"]},
    ]
    for region in _regions(endpoint) if name else REGIONS:
        found = client(endpoint, "ec2", region).describe_instances(Filters=filters)["Reservations"]
        if found:
            return region, found[0]["Instances"][0]
    raise NothingToChange(f"There is no running instance {wanted}.")


def _regions(endpoint: str) -> Iterator[str]:
    """Yield every region, those of the demo first: a client for each takes its time."""
    yield from REGIONS
    told = client(endpoint, "ec2", _ANYWHERE).describe_regions()["Regions"]
    yield from (each["RegionName"] for each in told if each["RegionName"] not in REGIONS)
