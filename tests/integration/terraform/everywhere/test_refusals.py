"""A cloud refuses each kind: that is told, and stands in the way of no retry and no end."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from domain.inventory import ResourceKind
from tests.integration.terraform.everywhere.estate import Estate
from tests.integration.terraform.everywhere.expected import (
    failed,
    is_as_asked,
    is_gone,
    refusing,
)

REFUSED = [
    (ResourceKind.AWS_EC2_INSTANCE, "aws_instance"),
    (ResourceKind.AWS_S3_BUCKET, "aws_s3_bucket"),
    (ResourceKind.AWS_S3_BUCKET, "aws_s3_bucket_server_side_encryption_configuration"),
    (ResourceKind.AWS_VPC, "aws_vpc"),
    (ResourceKind.AWS_VPC, "aws_subnet"),
    (ResourceKind.AZURE_VIRTUAL_MACHINE, "azurerm_linux_virtual_machine"),
    (ResourceKind.AZURE_STORAGE_ACCOUNT, "azurerm_storage_account"),
    (ResourceKind.AZURE_RESOURCE_GROUP, "azurerm_resource_group"),
    (ResourceKind.GCP_COMPUTE_INSTANCE, "google_compute_instance"),
    (ResourceKind.GCP_STORAGE_BUCKET, "google_storage_bucket"),
    (ResourceKind.GCP_NETWORK, "google_compute_network"),
    (ResourceKind.GCP_NETWORK, "google_compute_subnetwork"),
]
"""Of each kind what it is all about, and what is made last: of machines that is the same."""


@pytest.mark.parametrize(("kind", "refused"), REFUSED)
def test_what_was_refused_can_be_had_or_be_given_up_once_the_cause_is_gone(
    estate: Estate, kind: ResourceKind, refused: str
) -> None:
    wanted, unwanted = estate.request(kind), estate.request(kind)
    with ThreadPoolExecutor(2) as threads:
        with refusing(estate, f"{refused}.create"):
            list(threads.map(estate.provision, (wanted, unwanted)))
        failed(estate, wanted)
        failed(estate, unwanted)
        ends = threads.submit(estate.retry, wanted), threads.submit(estate.destroy, unwanted)
        assert [each.result() for each in ends]
    is_as_asked(estate, wanted)
    is_gone(estate, unwanted)
