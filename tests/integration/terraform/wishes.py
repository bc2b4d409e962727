"""What people ask for: of each kind the least, the most, and what stands between."""

from dataclasses import dataclass

from domain.inventory import ResourceKind
from domain.specs.base import Spec
from tests.unit.domain.specs.documents import accepted

HOSTILE = {"note": '${file("/etc/passwd")}', "%{if true}": "\"'`\\ žluťoučký 🐎"}
"""Tags of a user who means no good, as EC2 takes them."""
_AZURE_NETWORK = (
    "/subscriptions/5a0f0c1e-1b7d-4f0e-8a55-1f6f00000001/resourceGroups/network/providers"
    "/Microsoft.Network/virtualNetworks/hub/subnets/web"
)
_INSTANCE = ResourceKind.AWS_EC2_INSTANCE
_MACHINE = ResourceKind.AZURE_VIRTUAL_MACHINE
_COMPUTE = ResourceKind.GCP_COMPUTE_INSTANCE


@dataclass(frozen=True, kw_only=True)
class Wish:
    """A spec, and the objects that Terraform should make for it."""

    name: str
    spec: Spec
    made: frozenset[str]
    """Addresses."""

    def __str__(self) -> str:
        return self.name


def _wish(name: str, kind: ResourceKind, *made: str, **fields: object) -> Wish:
    return Wish(name=name, spec=accepted(kind, **fields), made=frozenset(made))


_BUCKET_PARTS = (
    "aws_s3_bucket.this",
    "aws_s3_bucket_public_access_block.this",
    "aws_s3_bucket_versioning.this",
    "aws_s3_bucket_server_side_encryption_configuration.this",
)
_OWN_EC2_NETWORK = ("aws_vpc.this[0]", "aws_subnet.this[0]", "aws_security_group.this[0]")
_OWN_AZURE_NETWORK = ("azurerm_virtual_network.this[0]", "azurerm_subnet.this[0]")
_AZURE_MACHINE = ("azurerm_network_interface.this", "azurerm_linux_virtual_machine.this")
_OWN_GROUP = "azurerm_resource_group.this[0]"
_OWN_GCP_NETWORK = ("google_compute_network.this[0]", "google_compute_subnetwork.this[0]")

LEAST = (
    _wish(
        "instance",
        _INSTANCE,
        "aws_instance.this",
        *_OWN_EC2_NETWORK,
        ami="ami-12c6146b",  # one of those that the sandbox has
        tags=HOSTILE,
    ),
    _wish("bucket", ResourceKind.AWS_S3_BUCKET, *_BUCKET_PARTS),
    _wish("vpc", ResourceKind.AWS_VPC, "aws_vpc.this", region="eu-central-1", tags=HOSTILE),
    _wish("machine", _MACHINE, _OWN_GROUP, *_OWN_AZURE_NETWORK, *_AZURE_MACHINE),
    _wish(
        "account",
        ResourceKind.AZURE_STORAGE_ACCOUNT,
        _OWN_GROUP,
        "azurerm_storage_account.this",
    ),
    _wish("group", ResourceKind.AZURE_RESOURCE_GROUP, "azurerm_resource_group.this"),
    _wish("compute", _COMPUTE, *_OWN_GCP_NETWORK, "google_compute_instance.this"),
    _wish("storage", ResourceKind.GCP_STORAGE_BUCKET, "google_storage_bucket.this"),
    _wish("network", ResourceKind.GCP_NETWORK, "google_compute_network.this"),
)
"""No more than each kind cannot do without."""

MOST = (
    _wish(
        "instance-in-a-subnet",
        _INSTANCE,
        "aws_instance.this",
        subnet_id="subnet-0123456789abcdef0",
        security_group_ids=["sg-0123456789abcdef0", "sg-01234567"],
        public_ip=True,
        key_name="ada",
        disk_size_gb=100,
    ),
    _wish(
        "instance-in-the-default-group",
        _INSTANCE,
        "aws_instance.this",
        subnet_id="subnet-0123456789abcdef0",
    ),
    _wish(
        "bucket-without-versions",
        ResourceKind.AWS_S3_BUCKET,
        *_BUCKET_PARTS,
        versioning=False,
        force_destroy=True,
        tags={"team": "a + b"},
    ),
    _wish(
        "vpc-with-subnets",
        ResourceKind.AWS_VPC,
        "aws_vpc.this",
        'aws_subnet.this["10.20.1.0/24"]',
        'aws_subnet.this["10.20.2.0/24"]',
        cidr_block="10.20.0.0/16",
        subnets=["10.20.1.0/24", "10.20.2.0/24"],
    ),
    _wish(
        "machine-in-a-subnet",
        _MACHINE,
        *_AZURE_MACHINE,
        "azurerm_public_ip.this[0]",
        resource_group="web",
        subnet_id=_AZURE_NETWORK,
        public_ip=True,
        disk_size_gb=64,
        disk_type="Premium_LRS",
        secure_boot=False,
        tags={"note": HOSTILE["note"]},
    ),
    _wish(
        "account-in-a-group",
        ResourceKind.AZURE_STORAGE_ACCOUNT,
        "azurerm_storage_account.this",
        resource_group="finance",
        replication="RAGZRS",
        access_tier="Cool",
        public_network_access=True,
        shared_access_keys=True,
    ),
    _wish(
        "compute-in-a-subnet",
        _COMPUTE,
        "google_compute_instance.this",
        subnetwork="projects/example/regions/europe-west1/subnetworks/web",
        public_ip=True,
        disk_size_gb=50,
        disk_type="pd-ssd",
        secure_boot=False,
        tags={"team": "équipe"},
    ),
    _wish(
        "network-with-subnets",
        ResourceKind.GCP_NETWORK,
        "google_compute_network.this",
        'google_compute_subnetwork.this["10.20.1.0/24"]',
        'google_compute_subnetwork.this["10.20.2.0/24"]',
        subnets=["10.20.1.0/24", "10.20.2.0/24"],
    ),
)
"""With everything that can be chosen."""
