"""A whole sync of a tenant that answers in part: the rest is right, and health says why."""

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from application.ports.inventory import InventoryFilter
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.list_credentials import CredentialChoice
from application.use_cases.sync_credential import SyncCredentialRequest
from application.use_cases.update_provider_health import UpdateProviderHealthRequest
from domain.accounts import Credential
from domain.health import HealthStatus, ProviderHealth
from domain.inventory import InventoryItem, ItemState, Location
from domain.syncs import SyncRun, SyncStatus
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.azure.tenant import Subscription
from tests.integration.azure.rig import (
    ACCOUNTS,
    GROUPS,
    HERE,
    LIST_MACHINES,
    MACHINES,
    THERE,
    Rig,
)

EVERY_STATE = frozenset(ItemState)
THIRD = Location("33333333-cccc-4333-8333-333333333333")


@pytest.fixture
def service(migrated_database_url: str) -> Iterator[Container]:
    settings = Settings(
        database=SecretStr(migrated_database_url),
        secret_key=SecretStr(Fernet.generate_key().decode()),
        allow_custom_endpoints=True,
    )
    container = build_container(settings)
    yield container
    container.shutdown_resources()


@pytest.fixture
def credential(service: Container, rig: Rig) -> Credential:
    """Eight machines on pages of three, an account and a group, and a third subscription."""
    rig.tenant.subscribe(Subscription(id=THIRD, name="Third"))
    for _ in range(8):
        rig.launch(HERE)
    rig.launch(THERE)
    rig.make_account(THERE, "media4711")
    rig.make_group(HERE, "web")
    user = service.add_user()(AddUserRequest(email="ada@example.org"))
    return service.add_credential()(
        AddCredentialRequest(
            user_email=user.email.text,
            provider="azure",
            name="main",
            document=dict(rig.server.credential()),
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


def test_a_lost_page_and_a_denied_subscription_spare_everything_else(
    service: Container, credential: Credential, rig: Rig
) -> None:
    assert sync(service, credential).status is SyncStatus.SUCCEEDED
    before = items(service)
    assert len(before) == 11
    rig.fail(f"{HERE}.*{LIST_MACHINES}.*skiptoken", status=400)
    for action in ("Microsoft.Compute/*", "Microsoft.Storage/*", "Microsoft.Resources/*/read"):
        rig.tenant.deny(action, THIRD)
    rig.tenant.deny("Microsoft.Storage/storageAccounts/read", THERE)
    for _ in range(3):
        run = sync(service, credential)
    assert run.status is SyncStatus.PARTIAL
    assert [(item.id, item.state, item.changed_at) for item in items(service)] == [
        (item.id, ItemState.ACTIVE, item.changed_at) for item in before
    ]
    assert {(each.kind, each.location, each.permission) for each in health(service).troubles} == {
        (MACHINES, HERE, None),
        (ACCOUNTS, THERE, "Microsoft.Storage/storageAccounts/read"),
    }
    rig.server.heal()
    rig.tenant.allow_everything()
    assert sync(service, credential).status is SyncStatus.SUCCEEDED
    assert health(service).status is HealthStatus.HEALTHY


def test_a_subscription_that_may_be_seen_but_not_read_fails_alone(
    service: Container, credential: Credential, rig: Rig
) -> None:
    for provider in ("Compute", "Storage"):
        rig.tenant.deny(f"Microsoft.{provider}/*", THIRD)
    rig.tenant.deny("Microsoft.Resources/subscriptions/resourceGroups/read", THIRD)
    assert sync(service, credential).status is SyncStatus.PARTIAL
    assert len(items(service)) == 11
    found = health(service)
    assert found.status is HealthStatus.DEGRADED
    assert {(each.kind, each.location) for each in found.troubles} == {
        (kind, THIRD) for kind in (MACHINES, ACCOUNTS, GROUPS)
    }


def test_syncs_and_probes_agree_on_a_credential_to_which_one_subscription_is_closed(
    service: Container, credential: Credential, rig: Rig
) -> None:
    for action in ("Microsoft.Compute/*", "Microsoft.Storage/*", "Microsoft.Resources/*/*/read"):
        rig.tenant.deny(action, HERE)
    sync(service, credential)
    since = health(service).since
    for _ in range(2):
        service.update_provider_health()(
            UpdateProviderHealthRequest(credential_ids=(credential.id,))
        )
        probed = health(service)
        assert sync(service, credential).status is SyncStatus.PARTIAL
        synced = health(service)
        assert {probed.status, synced.status} == {HealthStatus.DEGRADED}
        assert {probed.since, synced.since} == {since}


def test_syncing_twice_changes_nothing(service: Container, credential: Credential) -> None:
    sync(service, credential)
    counts = sync(service, credential).counts
    assert (counts.appeared, counts.changed, counts.unchanged) == (0, 0, 11)
