"""A believable account: a shop that runs in five regions and has grown over the years."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.request import urlopen

from entrypoints.sandbox.aws.clients import client

REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-southeast-1")

_IMAGE = "ami-12c6146b"  # one that moto knows


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A VPC with one subnet."""

    region: str
    name: str
    block: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Instances that do the same."""

    network: str
    name: str
    size: int
    type: str
    team: str
    stopped: int = 0
    """How many of them, the last ones, are switched off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket; one without tags is one that nobody remembers."""

    region: str
    name: str
    tags: dict[str, str] = field(default_factory=dict)


NETWORKS = (
    Network(region="eu-central-1", name="shop-prod-eu", block="10.10.0.0/16", environment="prod"),
    Network(
        region="eu-central-1", name="shop-staging", block="10.11.0.0/16", environment="staging"
    ),
    Network(region="eu-west-1", name="analytics", block="10.20.0.0/16", environment="prod"),
    Network(region="us-east-1", name="shop-prod-us", block="10.30.0.0/16", environment="prod"),
    Network(region="us-east-1", name="build", block="10.31.0.0/16", environment="tools"),
    Network(region="us-west-2", name="recovery", block="10.40.0.0/16", environment="recovery"),
    Network(region="ap-southeast-1", name="shop-prod-ap", block="10.50.0.0/16", environment="prod"),
)
FLEETS = (
    Fleet(network="shop-prod-eu", name="web", size=6, type="m7i.large", team="storefront"),
    Fleet(network="shop-prod-eu", name="checkout", size=4, type="c7i.xlarge", team="payments"),
    Fleet(network="shop-prod-eu", name="search", size=3, type="r7i.xlarge", team="search"),
    Fleet(network="shop-staging", name="staging-web", size=2, type="t3.small", team="storefront"),
    Fleet(network="analytics", name="etl", size=4, type="m6i.2xlarge", team="data", stopped=1),
    Fleet(network="analytics", name="notebook", size=2, type="t3.large", team="data", stopped=2),
    Fleet(network="shop-prod-us", name="web-us", size=6, type="m7i.large", team="storefront"),
    Fleet(network="shop-prod-us", name="checkout-us", size=3, type="c7i.xlarge", team="payments"),
    Fleet(network="build", name="runner", size=5, type="c6i.large", team="platform", stopped=2),
    Fleet(network="recovery", name="standby", size=2, type="t3.medium", team="platform", stopped=2),
    Fleet(network="shop-prod-ap", name="web-ap", size=3, type="m7i.large", team="storefront"),
)
BUCKETS = (
    Bucket(region="eu-central-1", name="shop-media-eu", tags={"team": "storefront"}),
    Bucket(region="eu-central-1", name="shop-invoices", tags={"team": "payments", "keep": "10y"}),
    Bucket(region="eu-central-1", name="terraform-state-shop", tags={"team": "platform"}),
    Bucket(region="eu-west-1", name="shop-data-lake", tags={"team": "data", "class": "internal"}),
    Bucket(region="eu-west-1", name="notebook-scratch"),
    Bucket(region="us-east-1", name="shop-media-us", tags={"team": "storefront"}),
    Bucket(region="us-east-1", name="build-artifacts-shop", tags={"team": "platform"}),
    Bucket(region="us-east-1", name="old-website-backup"),
    Bucket(region="us-west-2", name="shop-recovery-copies", tags={"team": "platform"}),
    Bucket(region="ap-southeast-1", name="shop-media-ap", tags={"team": "storefront"}),
)


def furnish(endpoint: str) -> None:
    """Put the demo account into an empty server; it gets the same ids every time."""
    for wish in ("/moto-api/seed?a=42", "/sandbox/bill/shop"):
        with urlopen(f"{endpoint}{wish}", data=b"") as answer:  # noqa: S310 - loopback
            answer.read()
    for network in NETWORKS:
        _build(endpoint, network)
    for bucket in BUCKETS:
        _fill(endpoint, bucket)


def _build(endpoint: str, network: Network) -> None:
    ec2 = client(endpoint, "ec2", network.region)
    tags = {"Name": network.name, "environment": network.environment}
    vpc = ec2.create_vpc(CidrBlock=network.block, TagSpecifications=_tagged("vpc", tags))["Vpc"]
    subnet = ec2.create_subnet(
        VpcId=vpc["VpcId"], CidrBlock=network.block, AvailabilityZone=f"{network.region}a"
    )["Subnet"]
    for fleet in FLEETS:
        if fleet.network == network.name:
            _launch(ec2, fleet, network, subnet["SubnetId"])


def _launch(ec2: Any, fleet: Fleet, network: Network, subnet: str) -> None:  # noqa: ANN401 - boto3
    launched = []
    for name in _names(fleet):
        tags = {"Name": name, "team": fleet.team, "environment": network.environment}
        reservation = ec2.run_instances(
            ImageId=_IMAGE,
            InstanceType=fleet.type,
            SubnetId=subnet,
            MinCount=1,
            MaxCount=1,
            TagSpecifications=_tagged("instance", tags),
        )
        launched.append(reservation["Instances"][0]["InstanceId"])
    if fleet.stopped:
        ec2.stop_instances(InstanceIds=launched[-fleet.stopped :])


def _names(fleet: Fleet) -> Iterator[str]:
    return (f"{fleet.name}-{number}" for number in range(1, fleet.size + 1))


def _fill(endpoint: str, bucket: Bucket) -> None:
    s3 = client(endpoint, "s3", bucket.region)
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": bucket.region}}
    s3.create_bucket(Bucket=bucket.name, **({} if bucket.region == "us-east-1" else elsewhere))
    if bucket.tags:
        s3.put_bucket_tagging(Bucket=bucket.name, Tagging={"TagSet": _pairs(bucket.tags)})


def _tagged(kind: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": _pairs(tags)}]


def _pairs(tags: dict[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]
