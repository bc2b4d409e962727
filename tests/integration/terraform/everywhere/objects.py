"""What the clouds on this machine have of a resource, by the ids that Terraform uses."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from domain.provisioning import ResourceId
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.azure.ids import ANYTHING, GROUP
from entrypoints.sandbox.azure.tenant import AzureTenant
from entrypoints.sandbox.gcp.project import GcpProject
from tests.integration.terraform.provider_rig import tags_of

PARTS = (
    "aws_s3_bucket_public_access_block",
    "aws_s3_bucket_versioning",
    "aws_s3_bucket_server_side_encryption_configuration",
)
"""Settings of a bucket: objects to Terraform, and to nobody else."""
_MARK = "multi-cloud-resource-id"


def aws_objects(endpoint: str, resource_id: ResourceId) -> Iterator[str]:
    """Yield what carries the tag of the resource."""
    ec2 = client(endpoint, "ec2", "eu-west-1")
    ours = [{"Name": f"tag:{_MARK}", "Values": [str(resource_id)]}]
    lists = {
        "VpcId": ec2.describe_vpcs(Filters=ours)["Vpcs"],
        "SubnetId": ec2.describe_subnets(Filters=ours)["Subnets"],
        "GroupId": ec2.describe_security_groups(Filters=ours)["SecurityGroups"],
    }
    for identity, found in lists.items():
        yield from (each[identity] for each in found)
    for reservation in ec2.describe_instances(Filters=ours)["Reservations"]:
        for instance in reservation["Instances"]:
            if instance["State"]["Name"] != "terminated":
                yield instance["InstanceId"]
    yield from _buckets(endpoint, resource_id)


def _buckets(endpoint: str, resource_id: ResourceId) -> Iterator[str]:
    s3 = client(endpoint, "s3", "eu-west-1")
    for bucket in s3.list_buckets()["Buckets"]:
        try:
            tags = s3.get_bucket_tagging(Bucket=bucket["Name"])
        except ClientError:
            continue  # it has none
        if tags_of(tags, "TagSet").get(_MARK) == str(resource_id):
            yield bucket["Name"]


def azure_objects(tenant: AzureTenant, name: str) -> Iterator[str]:
    """Yield what has the *name* of a resource in its id, tags or none."""
    documents = [
        *tenant.listed("/subscriptions", ANYTHING),
        *tenant.listed("/subscriptions", GROUP),
    ]
    yield from (each["id"] for each in documents if name in each["id"].lower())


def gcp_objects(project: GcpProject, name: str) -> Iterator[str]:
    """Yield what has the *name* of a resource in its own, labels or none."""
    here = f"projects/{project.id}"
    with project.lock:
        found = [
            *(f"{here}/zones/{zone}/instances/{each}" for zone, each in project.instances),
            *(
                f"{here}/zones/{zone}/disks/{each}"
                for zone, each in project.disks
                if (zone, each) not in project.instances  # with whose disk it comes and goes
            ),
            *(
                f"{here}/regions/{region}/subnetworks/{each}"
                for region, each in project.subnetworks
            ),
            *(f"{here}/global/networks/{each}" for each in project.networks),
            *project.buckets,
        ]
    yield from (each for each in found if each.rpartition("/")[2].startswith(name))
