"""What a host of somebody's own says slows down nobody who asks the cloud."""

from uuid import uuid4

import pytest

from adapters.aws.secret import AwsSecret
from adapters.aws.session import PROBING as AWS_PROBING
from adapters.aws.session import AwsSession
from adapters.azure.operations import Service as AzureService
from adapters.azure.retrying import PROBING as AZURE_PROBING
from adapters.azure.secret import AzureSecret
from adapters.azure.session import AzureSession
from adapters.clouds.counting import counted_for
from adapters.fakes.pacing import FakePacing
from adapters.gcp.operations import LIST_BUCKETS, LIST_NETWORKS, START_QUERY, Call, Operation
from adapters.gcp.retrying import PROBING as GCP_PROBING
from adapters.gcp.secret import GcpSecret
from adapters.gcp.session import GcpSession
from tests.unit.gcp.keys import PROJECT, document

PUBLIC = "https://api.cloud.example"


@pytest.mark.parametrize("endpoint", [None, PUBLIC, "https://API.cloud.example/", f"{PUBLIC}/v1"])
def test_the_endpoints_of_the_cloud_itself_count_for_the_account(endpoint: str | None) -> None:
    assert counted_for("123", endpoint=endpoint, own=PUBLIC) == "123"


@pytest.mark.parametrize(
    ("endpoint", "apart"),
    [
        ("http://127.0.0.1:9000", "123@127.0.0.1:9000"),
        ("https://api.cloud.example:8443", "123@api.cloud.example:8443"),
        ("https://Evil.api.cloud.example/x", "123@evil.api.cloud.example"),
        ("https://name:password@elsewhere.example", "123@elsewhere.example"),
    ],
)
def test_any_other_host_counts_apart(endpoint: str, apart: str) -> None:
    assert counted_for("123", endpoint=endpoint, own=PUBLIC) == apart


def test_where_no_host_is_known_as_the_clouds_own_each_that_is_named_counts_apart() -> None:
    named = "https://my-server.elb.amazonaws.com"
    assert counted_for("123", endpoint=named) == "123@my-server.elb.amazonaws.com"


@pytest.mark.parametrize("service", [AzureService.COMPUTE, AzureService.COSTS])
def test_whoever_asks_azure_itself_counts_with_all_others(service: AzureService) -> None:
    keys = {"tenant_id": str(uuid4()), "client_id": str(uuid4()), "client_secret": "x" * 40}
    public = AzureSession(AzureSecret(**keys), patience=AZURE_PROBING, pacing=FakePacing())
    other = AzureSecret(**keys, resource_manager_url="https://evil.example")
    apart = AzureSession(other, patience=AZURE_PROBING, pacing=FakePacing())
    whose = public._whose_limits(service, None)
    assert "@" not in whose
    assert apart._whose_limits(service, None) == f"{whose}@evil.example"


def test_whoever_asks_aws_itself_counts_with_all_others() -> None:
    keys = {"access_key_id": "AKIATESTTESTTESTTEST", "secret_access_key": "x" * 40}
    public = AwsSession(AwsSecret.model_validate(keys), patience=AWS_PROBING, pacing=FakePacing())
    other = AwsSecret.model_validate({**keys, "endpoint_url": "https://evil.example"})
    apart = AwsSession(other, patience=AWS_PROBING, pacing=FakePacing())
    assert "@" not in public._whose_limits()
    assert apart._whose_limits() == f"{public._whose_limits()}@evil.example"


@pytest.mark.parametrize(
    ("operation", "field"),
    [
        (LIST_NETWORKS, "compute_endpoint"),
        (LIST_BUCKETS, "storage_endpoint"),
        (START_QUERY, "bigquery_endpoint"),
    ],
)
def test_whoever_asks_google_itself_counts_with_all_others(
    operation: Operation, field: str
) -> None:
    pacing = FakePacing()
    call = Call(operation=operation, project=PROJECT)
    for fields in ({}, {field: "https://evil.example"}):
        secret = GcpSecret.model_validate(document(**fields))
        session = GcpSession(secret, patience=GCP_PROBING, pacing=pacing)
        with session._turn(call, GCP_PROBING):
            pass
    assert [each.account_id for each in pacing.sent] == [PROJECT, f"{PROJECT}@evil.example"]
