"""Three clouds that answer in part: the rest is right, nothing is removed, health says why."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from application.ports.inventory import InventoryFilter
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.sync_credential import SyncCredentialRequest
from domain.accounts import Credential
from domain.health import HealthStatus, ProviderHealth, Trouble
from domain.inventory import ItemState, ResourceKind
from domain.syncs import SyncRun, SyncStatus
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.azure import resources as azure
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.tenant import AzureTenant, Subscription
from entrypoints.sandbox.gcp import resources as gcp
from entrypoints.sandbox.gcp.project import ZONES, GcpProject
from entrypoints.sandbox.gcp.server import GcpServer
from entrypoints.sandbox.rest.faults import Fault

SUBSCRIPTIONS = tuple(f"5a0f0c1e-1b7d-4f0e-8a55-00000000000{number}" for number in (1, 2, 3))
EVERY_STATE = frozenset(ItemState)
EMAIL = "ada@example.org"


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A service, and one credential in it."""

    service: Container
    credential: Credential

    def sync(self) -> SyncRun:
        credential = self.credential
        request = SyncCredentialRequest(user_id=credential.user_id, credential_id=credential.id)
        run = self.service.sync_credential()(request).run
        assert run is not None
        return run

    def items(self) -> list[tuple[int, ResourceKind, ItemState, object]]:
        chosen = InventoryFilter(states=EVERY_STATE)
        return [
            (item.id, item.scope.kind, item.state, item.changed_at)
            for item in self.service.browse_inventory()(chosen)
        ]

    def health(self) -> ProviderHealth:
        (overview,) = self.service.list_credentials()(CredentialChoice())
        assert overview.health is not None
        return overview.health

    def troubles(self) -> set[tuple[ResourceKind | None, str | None, HealthStatus, str | None]]:
        return {_told(trouble) for trouble in self.health().troubles}


def _told(trouble: Trouble) -> tuple[ResourceKind | None, str | None, HealthStatus, str | None]:
    assert trouble.detail
    assert trouble.remedy
    return trouble.kind, trouble.location, trouble.cause, trouble.permission


@pytest.fixture
def service(migrated_database_url: str) -> Iterator[Container]:
    settings = Settings(
        database=SecretStr(migrated_database_url),
        secret_key=SecretStr(Fernet.generate_key().decode()),
        allow_custom_endpoints=True,
    )
    container = build_container(settings)
    container.add_user()(AddUserRequest(email=EMAIL))
    yield container
    container.shutdown_resources()


def opened(service: Container, provider: str, document: object) -> Opened:
    request = AddCredentialRequest(
        user_email=EMAIL, provider=provider, name="main", document=document
    )
    return Opened(service=service, credential=service.add_credential()(request))


@pytest.fixture
def tenant() -> AzureTenant:
    """Three subscriptions with two machines, a storage account and a resource group each."""
    tenant = AzureTenant()
    for place, subscription in enumerate(SUBSCRIPTIONS):
        tenant.subscribe(Subscription(id=subscription, name=f"number {place}"))
        tenant.put(
            azure.resource_group(subscription, "core"),
            azure.storage_account(subscription, "core", f"data{place}"),
            *azure.virtual_machine(subscription, "core", "vm-a"),
            *azure.virtual_machine(subscription, "core", "vm-b"),
        )
    return tenant


@pytest.fixture
def azure_server(tenant: AzureTenant) -> Iterator[AzureServer]:
    server = AzureServer(tenant)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def project() -> GcpProject:
    """Two instances in each of four zones, a bucket and a network."""
    project = GcpProject()
    project.put(
        gcp.bucket("data-4711"),
        gcp.network(project.id, "core"),
        *(gcp.instance(project.id, zone, name) for zone in ZONES for name in ("vm-a", "vm-b")),
    )
    return project


@pytest.fixture
def gcp_server(project: GcpProject) -> Iterator[GcpServer]:
    server = GcpServer(project)
    server.start()
    yield server
    server.stop()


def test_one_of_three_subscriptions_is_denied(
    service: Container, tenant: AzureTenant, azure_server: AzureServer
) -> None:
    shop = opened(service, "azure", azure_server.credential())
    assert shop.sync().status is SyncStatus.SUCCEEDED
    before = shop.items()
    denied = SUBSCRIPTIONS[1]
    for actions in ("Microsoft.Compute/*", "Microsoft.Storage/*", "*/resourceGroups/read"):
        tenant.deny(actions, denied)
    tenant.put(azure.storage_account(SUBSCRIPTIONS[0], "core", "newcomer"))
    for _ in range(3):
        run = shop.sync()
    assert (run.status, run.scopes_covered) == (SyncStatus.PARTIAL, 6)
    assert shop.items()[: len(before)] == before
    assert len(shop.items()) == len(before) + 1
    assert shop.health().status is HealthStatus.DEGRADED
    assert shop.troubles() == {
        (kind, denied, HealthStatus.DENIED, permission)
        for kind, permission in {
            ResourceKind.AZURE_VIRTUAL_MACHINE: "Microsoft.Compute/virtualMachines/read",
            ResourceKind.AZURE_STORAGE_ACCOUNT: "Microsoft.Storage/storageAccounts/read",
            ResourceKind.AZURE_RESOURCE_GROUP: (
                "Microsoft.Resources/subscriptions/resourceGroups/read"
            ),
        }.items()
    }
    tenant.allow_everything()
    assert shop.sync().status is SyncStatus.SUCCEEDED
    assert shop.health().status is HealthStatus.HEALTHY


def test_a_subscription_that_is_out_of_sight_keeps_what_was_seen_in_it(
    service: Container, tenant: AzureTenant, azure_server: AzureServer
) -> None:
    shop = opened(service, "azure", azure_server.credential())
    shop.sync()
    before = shop.items()
    tenant.deny("*", SUBSCRIPTIONS[2])
    for _ in range(3):
        run = shop.sync()
    assert (run.status, run.scopes_covered) == (SyncStatus.PARTIAL, 6)
    assert shop.items() == before
    assert {place for _, place, _, _ in shop.troubles()} == {SUBSCRIPTIONS[2]}


def test_one_zone_is_unreachable_and_the_list_of_buckets_fails(
    service: Container, project: GcpProject, gcp_server: GcpServer
) -> None:
    shop = opened(service, "gcp", gcp_server.credential())
    assert shop.sync().status is SyncStatus.SUCCEEDED
    before = shop.items()
    project.unreachable(ZONES[2])
    project.put(gcp.instance(project.id, ZONES[0], "newcomer"))
    gcp_server.fail(Fault(pattern=r"GET /storage/v1/b\?", status=403))
    for _ in range(2):
        run = shop.sync()
    assert (run.status, run.scopes_covered) == (SyncStatus.PARTIAL, 4)
    assert shop.items()[: len(before)] == before
    assert len(shop.items()) == len(before) + 1
    assert {(kind, place) for kind, place, _, _ in shop.troubles()} == {
        (ResourceKind.GCP_COMPUTE_INSTANCE, ZONES[2]),
        (ResourceKind.GCP_STORAGE_BUCKET, "global"),
    }
    project.reachable(ZONES[2])
    gcp_server.heal()
    assert shop.sync().status is SyncStatus.SUCCEEDED
    assert shop.health().status is HealthStatus.HEALTHY
