"""What can be asked of Google Cloud."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from domain.drift import Expectation
from domain.specs.addresses import Cidr, check_apart
from domain.specs.base import Spec
from domain.specs.rules import Never, RuleBroken, Shape
from domain.specs.tags import GcpLabels, NoLabels

_REGION = "[a-z]{2,20}-[a-z]{2,20}[0-9]{1,2}"
Region = Annotated[str, Shape(_REGION, "it must be a region such as europe-west1")]
Zone = Annotated[
    str, Shape(f"{_REGION}-[a-z][a-z0-9]{{0,4}}", "it must be a zone such as europe-west1-b")
]
BucketLocation = Annotated[
    str,
    Shape(
        f"[a-z]{{2,4}}[0-9]{{0,2}}|{_REGION}",
        "it must be a region such as europe-west1, or a group of them such as eu, in lower case",
    ),
]
BucketName = Annotated[
    str,
    Shape(
        r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]",
        "it must have 3 to 63 characters, only lower-case letters, digits, dots, hyphens and "
        "underscores, and begin and end with a letter or a digit",
    ),
    Never(r"^[^.]{64,}|\.[^.]{64,}", "it may not have more than 63 characters between dots"),
    Never(r"\.\.|\.-|-\.", "it may not have a dot beside a dot or a hyphen"),
    Never(r"^[0-9]+(?:\.[0-9]+){3}$", "it may not look like an IP address"),
    Never(r"^goog|google", "it may not begin with goog or have google in it"),
]
_NAME = (
    "only lower-case letters, digits and hyphens, begin with a letter and end with a letter or a "
    "digit"
)
NetworkName = Annotated[
    str,
    # Names of subnets add up to 19 characters for the addresses to it, and may have 63.
    Shape(
        "[a-z](?:[a-z0-9-]{0,42}[a-z0-9])?",
        f"it must have 1 to 44 characters, {_NAME}",
    ),
]
InstanceName = Annotated[
    str,
    # The network of its own has the name with -network, of 63 characters at most.
    Shape(
        "[a-z](?:[a-z0-9-]{0,53}[a-z0-9])?",
        f"it must have 1 to 55 characters, {_NAME}",
    ),
]
MachineType = Annotated[
    str,
    Shape("[a-z][a-z0-9]{0,9}-[a-z0-9-]{1,50}", "it must be a machine type such as e2-micro"),
]
Image = Annotated[
    str,
    Shape(
        r"(?:[a-z0-9][a-z0-9.:-]{0,100}/){0,6}[a-z][a-z0-9-]{0,62}",
        "it must be an image or a family of images, such as debian-cloud/debian-12",
    ),
]
Subnetwork = Annotated[
    str,
    Shape(
        rf"(?:https?://[a-z0-9.:-]+/(?:compute/[a-z0-9]+/)?)?projects/[a-z0-9.:-]+/"
        rf"regions/{_REGION}/subnetworks/[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?",
        "it must be projects/PROJECT/regions/REGION/subnetworks/NAME, with or without an address "
        "before it",
    ),
]
Block = Annotated[str, Cidr(largest=8, smallest=29)]


class GcpStorageBucket(Spec):
    """A bucket that cannot be made public, with one rule of access for all, and versions."""

    kind: Literal["gcp_storage_bucket"] = Field(description="What is asked for.")
    name: BucketName = Field(description="The name of the bucket, unique in all of Google Cloud.")
    location: BucketLocation = Field(
        description="Where its data is: a region, or a group of regions such as eu."
    )
    tags: GcpLabels = Field(
        default_factory=dict,
        description="Labels, at most 50: lower-case letters, digits, _ and - alone.",
    )
    storage_class: Literal["STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE"] = Field(
        default="STANDARD", description="How often its data is read."
    )
    versioning: bool = Field(
        default=True, description="Whether overwritten and deleted objects are kept as versions."
    )
    force_destroy: bool = Field(
        default=False,
        description="Whether destroying the bucket deletes what is in it; else it must be empty.",
    )

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the bucket."""
        return Expectation(
            tags=self.tags,
            attributes={
                "storage_class": self.storage_class,
                "public_access_prevention": "enforced",
                "uniform_bucket_level_access": True,
                # A bucket that never had versions says nothing of them.
                **({"versioning": True} if self.versioning else {}),
            },
        )


class GcpNetwork(Spec):
    """A network with the subnets that are asked for and no others."""

    kind: Literal["gcp_network"] = Field(description="What is asked for.")
    name: NetworkName = Field(description="The name of the network, and how its subnets' begin.")
    region: Region = Field(description="Where its subnets are; the network is everywhere.")
    tags: NoLabels = Field(
        default_factory=dict, description="Always empty: networks carry no labels."
    )
    subnets: tuple[Block, ...] = Field(
        default=(),
        strict=False,
        max_length=100,
        description="The IPv4 addresses of each subnet, /8 to /29, apart from each other.",
    )

    @field_validator("subnets")
    @classmethod
    def _are_apart(cls, subnets: tuple[str, ...]) -> tuple[str, ...]:
        check_apart(subnets)
        return subnets


class GcpComputeInstance(Spec):
    """A shielded machine that IAM alone opens, in a network of its own or in a given one."""

    kind: Literal["gcp_compute_instance"] = Field(description="What is asked for.")
    name: InstanceName = Field(description="The name of the instance.")
    zone: Zone = Field(description="Where the instance is.")
    tags: GcpLabels = Field(
        default_factory=dict,
        description="Labels, at most 50: lower-case letters, digits, _ and - alone.",
    )
    machine_type: MachineType = Field(default="e2-micro", description="The size of the machine.")
    image: Image = Field(
        default="debian-cloud/debian-12",
        description="The image it starts from, or a family of images.",
    )
    disk_size_gb: int | None = Field(
        default=None,
        ge=10,
        le=65536,
        description="The size of the disk in GB; that of the image if left out.",
    )
    disk_type: Literal["pd-standard", "pd-balanced", "pd-ssd", "hyperdisk-balanced"] = Field(
        default="pd-balanced", description="The sort of the disk."
    )
    secure_boot: bool = Field(
        default=True, description="Whether only signed software may start it."
    )
    subnetwork: Subnetwork | None = Field(
        default=None,
        description="The subnetwork to live in, of the zone's region; a new network that lets "
        "nobody in if left out.",
    )
    public_ip: bool = Field(default=False, description="Whether it gets a public address.")

    @field_validator("subnetwork")
    @classmethod
    def _is_in_the_region(cls, subnetwork: str | None, others: ValidationInfo) -> str | None:
        if subnetwork is not None and "zone" in others.data:
            region = "-".join(others.data["zone"].split("-")[:2])
            if f"/regions/{region}/" not in subnetwork:
                raise RuleBroken(f"it must be in {region}, the zone's region", hidden=True)
        return subnetwork

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the instance."""
        return Expectation(
            tags=self.tags,
            attributes={"machine_type": self.machine_type},
            status=frozenset({"provisioning", "staging", "running"}),
        )
