"""The sandbox's hashicorp/aws."""

from typing import Final

from entrypoints.sandbox.terraform.aws.bucket import Bucket
from entrypoints.sandbox.terraform.aws.bucket_encryption import Encryption
from entrypoints.sandbox.terraform.aws.bucket_parts import PublicAccessBlock, Versioning
from entrypoints.sandbox.terraform.aws.cloud import CONFIG, AwsCloud, connect
from entrypoints.sandbox.terraform.aws.instance import Instance
from entrypoints.sandbox.terraform.aws.network import Subnet, Vpc
from entrypoints.sandbox.terraform.aws.security_group import SecurityGroup
from entrypoints.sandbox.terraform.resource_type import Provider

PROVIDER: Final[Provider[AwsCloud]] = Provider(
    name="aws",
    config=CONFIG,
    connect=connect,
    resources=(
        Bucket(),
        PublicAccessBlock(),
        Versioning(),
        Encryption(),
        Vpc(),
        Subnet(),
        SecurityGroup(),
        Instance(),
    ),
)
