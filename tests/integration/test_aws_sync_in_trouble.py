"""A whole sync of an AWS account that answers in part: the rest is right, and health says why."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from application.ports.inventory import InventoryFilter
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.sync_credential import SyncCredentialRequest
from domain.accounts import Credential
from domain.health import HealthStatus, ProviderHealth
from domain.inventory import InventoryItem, ItemState
from domain.syncs import SyncRun, SyncStatus
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.aws.bulk import BulkAccount, record
from entrypoints.sandbox.aws.replay import Fault, ReplayServer
from tests.builders import BUCKET, INSTANCE, VPC
from tests.integration.aws.rig import KEYS, running

EVERY_STATE = frozenset(ItemState)


@pytest.fixture
def line() -> Iterator[ReplayServer]:
    """Eight instances and two VPCs in each of four regions, on pages of three; four buckets."""
    instance, vpc = record()
    account = BulkAccount(instance=instance, vpc=vpc, instances=32, vpcs=8, buckets=4, page=3)
    with running(account) as server:
        yield server


@pytest.fixture
def service(migrated_database_url: str) -> Iterator[Container]:
    key = Fernet.generate_key().decode()
    settings = Settings(
        database=SecretStr(migrated_database_url),
        secret_key=SecretStr(key),
        allow_custom_endpoints=True,
    )
    container = build_container(settings)
    yield container
    container.shutdown_resources()


@pytest.fixture
def credential(service: Container, line: ReplayServer) -> Credential:
    user = service.add_user()(AddUserRequest(email="ada@example.org"))
    return service.add_credential()(
        AddCredentialRequest(
            user_email=user.email.text,
            provider="aws",
            name="main",
            document={**KEYS, "endpoint_url": line.endpoint},
        )
    )


def sync(service: Container, credential: Credential) -> SyncRun:
    request = SyncCredentialRequest(user_id=credential.user_id, credential_id=credential.id)
    run = service.sync_credential()(request).run
    assert run is not None
    return run


def items(service: Container) -> list[InventoryItem]:
    return list(service.browse_inventory()(InventoryFilter(states=EVERY_STATE)))


def health(service: Container) -> ProviderHealth:
    (overview,) = service.list_credentials()(CredentialChoice())
    assert overview.health is not None
    return overview.health


def test_a_lost_page_a_denied_region_and_a_denied_kind_spare_everything_else(
    service: Container, credential: Credential, line: ReplayServer
) -> None:
    assert sync(service, credential).status is SyncStatus.SUCCEEDED
    before = items(service)
    line.fail(Fault(operation="DescribeInstances", region="eu-west-1", after=1, status=400))
    for operation in ("DescribeInstances", "DescribeVpcs"):
        line.fail(
            Fault(operation=operation, region="us-west-2", status=403, code="UnauthorizedOperation")
        )
    line.fail(Fault(operation="ListBuckets", status=403, code="AccessDenied"))
    for _ in range(3):
        run = sync(service, credential)
    assert (run.status, run.scopes_covered) == (SyncStatus.PARTIAL, 5)
    assert [(item.id, item.state, item.changed_at) for item in items(service)] == [
        (item.id, ItemState.ACTIVE, item.changed_at) for item in before
    ]
    found = health(service)
    assert found.status is HealthStatus.DEGRADED
    assert {(each.kind, each.location, each.permission) for each in found.troubles} == {
        (INSTANCE, "eu-west-1", None),
        (INSTANCE, "us-west-2", "ec2:DescribeInstances"),
        (VPC, "us-west-2", "ec2:DescribeVpcs"),
        (BUCKET, "global", "s3:ListAllMyBuckets"),
    }
    assert all(each.detail and each.remedy for each in found.troubles)
    line.heal()
    assert sync(service, credential).status is SyncStatus.SUCCEEDED
    assert health(service).status is HealthStatus.HEALTHY
