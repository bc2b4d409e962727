"""Reading a spec as a person wrote it, and saying everything that is wrong with it."""

from collections.abc import Mapping

from pydantic import ValidationError

from domain.inventory import ResourceKind
from domain.specs.aws import AwsEc2Instance, AwsS3Bucket, AwsVpc
from domain.specs.azure import AzureResourceGroup, AzureStorageAccount, AzureVirtualMachine
from domain.specs.base import Spec
from domain.specs.complaints import InvalidSpec, complaint, unknown_kind
from domain.specs.gcp import GcpComputeInstance, GcpNetwork, GcpStorageBucket

SPECS: Mapping[ResourceKind, type[Spec]] = {
    ResourceKind.AWS_EC2_INSTANCE: AwsEc2Instance,
    ResourceKind.AWS_S3_BUCKET: AwsS3Bucket,
    ResourceKind.AWS_VPC: AwsVpc,
    ResourceKind.AZURE_VIRTUAL_MACHINE: AzureVirtualMachine,
    ResourceKind.AZURE_STORAGE_ACCOUNT: AzureStorageAccount,
    ResourceKind.AZURE_RESOURCE_GROUP: AzureResourceGroup,
    ResourceKind.GCP_COMPUTE_INSTANCE: GcpComputeInstance,
    ResourceKind.GCP_STORAGE_BUCKET: GcpStorageBucket,
    ResourceKind.GCP_NETWORK: GcpNetwork,
}


def read_spec(document: object) -> Spec:
    """Return the spec that *document*, as JSON or YAML gives it, describes.

    Raises:
        InvalidValue: one sentence for each fault, which names the field and its rule.
    """
    if not isinstance(document, Mapping):
        raise InvalidSpec(("the spec", "is not valid: it must be a mapping, such as kind: aws_vpc"))
    model = SPECS[_kind(document)]
    try:
        return model.model_validate(dict(document))
    except ValidationError as error:
        raise complaint(error, model) from None


def _kind(document: Mapping[object, object]) -> ResourceKind:
    if "kind" not in document:
        raise InvalidSpec(("kind", f"is missing: it must be one of {', '.join(ResourceKind)}"))
    for kind in ResourceKind:
        if kind == document["kind"]:
            return kind
    raise unknown_kind(document["kind"], ResourceKind)
