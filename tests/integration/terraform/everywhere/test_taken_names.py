"""A name that is taken: what has it stays whose it is, whatever is done with the resource."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from domain.inventory import ResourceKind
from domain.provisioning import ResourceStatus
from entrypoints.sandbox.aws.clients import client
from entrypoints.sandbox.azure.resources import resource_group
from entrypoints.sandbox.azure.shop import PRODUCTION
from entrypoints.sandbox.gcp.resources import bucket
from tests.integration.terraform.everywhere.estate import Estate
from tests.integration.terraform.everywhere.expected import failed, is_gone


def in_aws(estate: Estate, name: str) -> Callable[[], object]:
    s3 = client(estate.site.endpoint, "s3", "eu-west-1")
    place = {"LocationConstraint": "eu-west-1"}
    s3.create_bucket(Bucket=name, CreateBucketConfiguration=place)
    return lambda: s3.head_bucket(Bucket=name)


def in_azure(estate: Estate, name: str) -> Callable[[], object]:
    group = resource_group(PRODUCTION.id, name, tags={"multi-cloud-resource-id": "4711"})
    estate.azure.tenant.put(group)
    return lambda: estate.azure.tenant.find(group["id"]) == group


def in_google(estate: Estate, name: str) -> Callable[[], object]:
    estate.gcp.project.put(bucket(name))
    return lambda: "labels" not in estate.gcp.project.buckets[name]


@pytest.mark.parametrize(
    ("kind", "taken", "words"),
    [
        (ResourceKind.AWS_S3_BUCKET, in_aws, "BucketAlreadyExists"),
        (ResourceKind.AZURE_RESOURCE_GROUP, in_azure, "already exists"),
        (ResourceKind.GCP_STORAGE_BUCKET, in_google, "already own"),
    ],
)
def test_what_somebody_else_calls_so_is_neither_taken_over_nor_taken_down(
    estate: Estate,
    kind: ResourceKind,
    taken: Callable[[Estate, str], Callable[[], object]],
    words: str,
) -> None:
    name = f"theirs{uuid4().hex[:12]}"
    is_theirs = taken(estate, name)
    resource_id = estate.request(kind, name)
    estate.provision(resource_id)
    failed(estate, resource_id, words)
    estate.retry(resource_id)
    failed(estate, resource_id, words)
    estate.destroy(resource_id)
    assert estate.site.resource(resource_id).status is ResourceStatus.DESTROYED
    assert is_theirs()


@pytest.mark.parametrize(
    ("first", "second", "ending"),
    [
        (ResourceKind.AZURE_STORAGE_ACCOUNT, ResourceKind.AZURE_VIRTUAL_MACHINE, ""),
        (ResourceKind.GCP_NETWORK, ResourceKind.GCP_COMPUTE_INSTANCE, "-network"),
    ],
)
def test_a_part_that_another_resource_of_ours_has_stays_with_that_one(
    estate: Estate, first: ResourceKind, second: ResourceKind, ending: str
) -> None:
    name = f"twice{uuid4().hex[:12]}"
    has_it, wants_it = estate.request(first, f"{name}{ending}"), estate.request(second, name)
    estate.provision(has_it)
    its_own = estate.cloud(has_it)
    estate.provision(wants_it)
    failed(estate, wants_it, "already exists")
    estate.destroy(wants_it)
    assert estate.site.resource(wants_it).status is ResourceStatus.DESTROYED
    assert estate.cloud(has_it) == its_own
    estate.destroy(has_it)
    is_gone(estate, has_it)
