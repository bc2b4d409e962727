"""A believable project: where the shop that sells elsewhere keeps its figures and its models."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from entrypoints.sandbox.gcp import resources
from entrypoints.sandbox.gcp.billing import export_billing
from entrypoints.sandbox.gcp.errors import Json
from entrypoints.sandbox.gcp.project import GcpProject

PROJECT_ID = "shop-analytics-4711"
ZONES = ("europe-west1-b", "europe-west3-a", "europe-west3-b", "us-central1-a")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """Instances that do the same."""

    zone: str
    name: str
    size: int
    type: str
    team: str
    network: str
    block: str
    """The first three figures of their addresses."""
    stopped: int = 0
    """How many of them, the last ones, are switched off."""
    spot: bool = False
    public: bool = False


FLEETS = (
    Fleet(
        zone="europe-west1-b",
        name="loader",
        size=2,
        type="e2-standard-4",
        team="data",
        network="analytics",
        block="10.60.1",
    ),
    Fleet(
        zone="europe-west1-b",
        name="etl-worker",
        size=4,
        type="n2-standard-8",
        team="data",
        network="analytics",
        block="10.60.2",
        stopped=1,
    ),
    Fleet(
        zone="europe-west3-a",
        name="dashboard",
        size=2,
        type="e2-standard-2",
        team="storefront",
        network="analytics",
        block="10.61.1",
        public=True,
    ),
    Fleet(
        zone="europe-west3-b",
        name="notebook",
        size=2,
        type="n2-highmem-4",
        team="data",
        network="default",
        block="10.156.0",
        stopped=2,
    ),
    Fleet(
        zone="us-central1-a",
        name="trainer",
        size=2,
        type="g2-standard-8",
        team="search",
        network="research",
        block="10.62.1",
        stopped=1,
        spot=True,
    ),
)
GONE = Fleet(
    zone="europe-west1-b",
    name="etl-legacy",
    size=1,
    type="n2-standard-8",
    team="data",
    network="analytics",
    block="10.60.9",
)
"""Deleted a while ago; only the bill still knows it."""


def demo_project(*, now: datetime | None = None) -> GcpProject:
    """Return the demo project; its bill ends *now*, and the rest is the same every time."""
    project = GcpProject(PROJECT_ID, zones=ZONES)
    for fleet in FLEETS:
        project.put(*_instances(fleet))
    project.put(*_networks(), *_buckets())
    export_billing(project, now=now or datetime.now(UTC), deleted=list(_instances(GONE)))
    return project


def _instances(fleet: Fleet) -> Iterator[Json]:
    for number in range(1, fleet.size + 1):
        yield resources.instance(
            PROJECT_ID,
            fleet.zone,
            f"{fleet.name}-{number}",
            machine_type=fleet.type,
            status="TERMINATED" if number > fleet.size - fleet.stopped else "RUNNING",
            labels={"team": fleet.team, "environment": "prod"},
            network_tags=["http-server"] if fleet.public else (),
            network=fleet.network,
            private_ip=f"{fleet.block}.{number + 1}",
            public_ip=f"34.89.17.{number + 40}" if fleet.public else None,
            spot=fleet.spot,
        )


def _networks() -> Sequence[Json]:
    europe = ("europe-west1", "europe-west3")
    return (
        resources.network(
            PROJECT_ID, "default", auto_subnets=True, subnetworks=(*europe, "us-central1")
        ),
        resources.network(
            PROJECT_ID, "analytics", subnetworks=europe, routing_mode="GLOBAL", mtu=1500
        ),
        resources.network(PROJECT_ID, "research", subnetworks=("us-central1",)),
    )


def _buckets() -> Sequence[Json]:
    return (
        resources.bucket(
            "shop-analytics-lake",
            location="EU",
            labels={"team": "data", "class": "internal"},
            versioning=True,
            public_access_prevention="enforced",
        ),
        resources.bucket(
            "shop-analytics-exports", location="EUROPE-WEST1", labels={"team": "data"}
        ),
        resources.bucket(
            "shop-dashboard-assets", location="EUROPE-WEST3", labels={"team": "storefront"}
        ),
        resources.bucket("shop-training-sets", location="US-CENTRAL1", labels={"team": "search"}),
        resources.bucket("old-survey-results", location="US", storage_class="NEARLINE"),
    )
