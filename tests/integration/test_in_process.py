"""The whole service in one process: no broker, no worker, no cloud, and a real database.

Only two parts of the real container are exchanged. Jobs are done at once, by the use cases that
a worker would call, and the clouds are in memory. The use cases, the secret box and the store
are those of production, and none of them can tell the difference.
"""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from adapters.fakes.clouds import FakeCloud, FakeClouds
from adapters.queue.inline import InlineJobQueue
from adapters.secrets.box import new_key
from application.ports.errors import CredentialsExpired
from application.ports.inventory import InventoryFilter
from application.ports.job_queue import SyncCredentialJob
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.sync_credential import SyncCredentialRequest
from application.use_cases.sync_user_resources import SyncUserRequest
from domain.accounts import CredentialId
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from tests.builders import INSTANCE, IRELAND, OHIO, VPC, a_resource

ANN = "ann@example.org"
KEYS = {"access_key_id": "AKIATESTTESTTESTTEST", "secret_access_key": "not-asked-for"}


@pytest.fixture
def clouds() -> FakeClouds:
    return FakeClouds()


@pytest.fixture
def service(migrated_database_url: str, clouds: FakeClouds) -> Iterator[Container]:
    """The service without background: what is handed over is done before anything else."""
    container = build_container(
        Settings(
            database=SecretStr(migrated_database_url),
            secret_key=SecretStr(new_key().reveal()),
        )
    )
    container.clouds.override(clouds)
    container.job_queue.override(
        InlineJobQueue(
            {
                SyncCredentialJob: lambda job: container.sync_credential()(
                    SyncCredentialRequest(
                        user_id=job.user_id,
                        credential_id=job.credential_id,
                        provider=job.provider,
                    )
                ),
            }
        )
    )
    yield container
    container.shutdown_resources()


def a_credential(service: Container, name: str) -> CredentialId:
    added = service.add_credential()(
        AddCredentialRequest(user_email=ANN, provider="aws", name=name, document=KEYS)
    )
    return added.id


def inventory(service: Container) -> set[tuple[CredentialId, str]]:
    found = service.browse_inventory()(InventoryFilter())
    return {(item.scope.credential_id, item.resource.external_id) for item in found}


def test_a_user_is_synced_from_the_request_to_the_inventory(
    service: Container, clouds: FakeClouds
) -> None:
    user = service.add_user()(AddUserRequest(email=ANN))
    production, staging = (a_credential(service, name) for name in ("production", "staging"))
    clouds.connect(production, FakeCloud("111122223333")).put(
        INSTANCE, IRELAND, a_resource("i-1"), a_resource("i-2")
    )
    clouds.connect(staging, FakeCloud("444455556666")).put(VPC, OHIO, a_resource("vpc-1"))

    report = service.sync_user_resources()(SyncUserRequest(user_id=user.id))

    assert report.queued == (production, staging)
    assert inventory(service) == {(production, "i-1"), (production, "i-2"), (staging, "vpc-1")}


def test_everybody_is_synced_and_one_broken_account_stops_nobody(
    service: Container, clouds: FakeClouds
) -> None:
    service.add_user()(AddUserRequest(email=ANN))
    broken, sound = (a_credential(service, name) for name in ("broken", "sound"))
    clouds.connect(broken, FakeCloud()).fail_account(CredentialsExpired("The key is too old."))
    clouds.connect(sound, FakeCloud("444455556666")).put(VPC, OHIO, a_resource("vpc-1"))

    service.sync_all_users()()
    service.dispatch_jobs()()

    assert inventory(service) == {(sound, "vpc-1")}
