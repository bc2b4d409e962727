"""What can be asked of AWS."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from domain.drift import Expectation
from domain.specs.addresses import Cidr, check_apart, check_inside
from domain.specs.base import Spec
from domain.specs.rules import Never, RuleBroken, Shape
from domain.specs.tags import Ec2Tags, S3Tags

Region = Annotated[
    str,
    Shape(
        r"[a-z]{2,3}(?:-[a-z]{2,12}){1,3}-[0-9]{1,2}", "it must be a region such as eu-central-1"
    ),
]
BucketName = Annotated[
    str,
    Shape(
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "it must have 3 to 63 characters, only lower-case letters, digits, dots and hyphens, and "
        "begin and end with a letter or a digit",
    ),
    Never(r"\.\.", "it may not have two dots in a row"),
    Never(r"^[0-9]+(?:\.[0-9]+){3}$", "it may not look like an IP address"),
    Never(
        r"^(?:xn--|sthree-|amzn-s3-demo-)",
        "it may not begin with xn--, sthree- or amzn-s3-demo-, which AWS keeps for itself",
    ),
    Never(
        r"(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$",
        "it may not end with -s3alias, --ol-s3, .mrap, --x-s3 or --table-s3, which AWS keeps for "
        "itself",
    ),
]
NameTag = Annotated[
    str,
    Shape(
        r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,126}[A-Za-z0-9])?",
        "it must have 1 to 128 characters, only letters, digits, spaces, dots, hyphens and "
        "underscores, and begin and end with a letter or a digit",
    ),
    Never(r"^sg-", "it may not begin with sg-, as its security group has the same name"),
]
InstanceType = Annotated[
    str,
    Shape(r"[a-z][a-z0-9-]{0,30}\.[a-z0-9-]{1,30}", "it must be an instance type such as t3.micro"),
]
_ID = "[0-9a-f]{8}(?:[0-9a-f]{9})?"
ImageId = Annotated[
    str,
    Shape(f"ami-{_ID}", "it must be the id of an image, such as ami-0123456789abcdef0"),
]
SubnetId = Annotated[
    str,
    Shape(f"subnet-{_ID}", "it must be the id of a subnet, such as subnet-0123456789abcdef0"),
]
GroupId = Annotated[
    str,
    Shape(f"sg-{_ID}", "it must be the id of a security group, such as sg-0123456789abcdef0"),
]
KeyName = Annotated[
    str,
    Shape(
        r"[!-~](?:[ -~]{0,253}[!-~])?",
        "it must have 1 to 255 characters of ASCII, and no space at its ends",
    ),
]
Block = Annotated[str, Cidr(largest=16, smallest=28)]


class AwsS3Bucket(Spec):
    """A bucket that nobody outside can read, encrypted, with versions of its objects."""

    kind: Literal["aws_s3_bucket"] = Field(description="What is asked for.")
    name: BucketName = Field(description="The name of the bucket, unique in all of AWS.")
    region: Region = Field(description="Where the bucket is.")
    tags: S3Tags = Field(
        default_factory=dict,
        description="Tags, at most 40; letters, digits, spaces and + - = . _ : / @ may stand in "
        "them.",
    )
    versioning: bool = Field(
        default=True, description="Whether overwritten and deleted objects are kept as versions."
    )
    force_destroy: bool = Field(
        default=False,
        description="Whether destroying the bucket deletes what is in it; else it must be empty.",
    )


class AwsVpc(Spec):
    """A network with subnets, and no way to the internet."""

    kind: Literal["aws_vpc"] = Field(description="What is asked for.")
    name: NameTag = Field(description="The name of the VPC: its tag Name.")
    region: Region = Field(description="Where the VPC is.")
    tags: Ec2Tags = Field(
        default_factory=dict, description="Tags, at most 40; `Name` comes from `name`."
    )
    cidr_block: Block = Field(
        default="10.0.0.0/16", description="The IPv4 addresses of the VPC, /16 to /28."
    )
    subnets: tuple[Block, ...] = Field(
        default=(),
        strict=False,
        max_length=100,
        description="The IPv4 addresses of each subnet, /16 to /28, apart from each other and "
        "inside `cidr_block`.",
    )

    @field_validator("subnets")
    @classmethod
    def _fit(cls, subnets: tuple[str, ...], others: ValidationInfo) -> tuple[str, ...]:
        if "cidr_block" in others.data:
            check_inside(subnets, others.data["cidr_block"])
        check_apart(subnets)
        return subnets

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the VPC."""
        return Expectation(tags={**self.tags, "Name": self.name})


def _has_own_network(others: ValidationInfo) -> bool:
    """Tell whether a machine is to live in no given subnet, as far as *others* are valid."""
    return others.data.get("subnet_id", "unknown") is None


class AwsEc2Instance(Spec):
    """A machine with an encrypted disk, in a closed network of its own or in a given subnet."""

    kind: Literal["aws_ec2_instance"] = Field(description="What is asked for.")
    name: NameTag = Field(description="The name of the instance: its tag Name.")
    region: Region = Field(description="Where the instance is.")
    tags: Ec2Tags = Field(
        default_factory=dict, description="Tags, at most 40; `Name` comes from `name`."
    )
    instance_type: InstanceType = Field(default="t3.micro", description="The size of the machine.")
    ami: ImageId = Field(description="The image it starts from; each region has its own.")
    disk_size_gb: int | None = Field(
        default=None,
        ge=1,
        le=16384,
        description="The size of the root volume in GiB; that of the image if left out.",
    )
    key_name: KeyName | None = Field(
        default=None,
        description="The key pair, known to EC2, that may sign in by SSH; none if left out.",
    )
    subnet_id: SubnetId | None = Field(
        default=None,
        description="The subnet to live in; a new network without any way in or out if left out.",
    )
    security_group_ids: tuple[GroupId, ...] = Field(
        default=(),
        strict=False,
        max_length=16,
        description="Security groups, with `subnet_id` only; the default one of the VPC if empty.",
    )
    public_ip: bool = Field(
        default=False, description="Whether it gets a public address, with `subnet_id` only."
    )

    @field_validator("security_group_ids")
    @classmethod
    def _own_network_has_its_group(
        cls, groups: tuple[str, ...], others: ValidationInfo
    ) -> tuple[str, ...]:
        if groups and _has_own_network(others):
            rule = "security groups need subnet_id, as a network of its own has its own group"
            raise RuleBroken(rule)
        return groups

    @field_validator("public_ip")
    @classmethod
    def _own_network_is_closed(cls, public: bool, others: ValidationInfo) -> bool:
        if public and _has_own_network(others):
            rule = "a public address needs subnet_id, as a network of its own has no way out"
            raise RuleBroken(rule, hidden=True)
        return public

    def expectation(self) -> Expectation:
        """Return what the inventory should see of the instance."""
        return Expectation(
            tags={**self.tags, "Name": self.name},
            attributes={"instance_type": self.instance_type},
            status=frozenset({"pending", "running"}),
        )
