"""The google provider: a Google Cloud of the sandbox, driven by terraform."""

from typing import Final

from entrypoints.sandbox.terraform.google.bucket import StorageBucket
from entrypoints.sandbox.terraform.google.cloud import CONFIG, GoogleCloud, connect
from entrypoints.sandbox.terraform.google.instance import ComputeInstance
from entrypoints.sandbox.terraform.google.network import ComputeNetwork
from entrypoints.sandbox.terraform.google.subnetwork import ComputeSubnetwork
from entrypoints.sandbox.terraform.resource_type import Provider

PROVIDER: Final[Provider[GoogleCloud]] = Provider(
    name="google",
    config=CONFIG,
    connect=connect,
    resources=(ComputeNetwork(), ComputeSubnetwork(), ComputeInstance(), StorageBucket()),
)
