"""The service as it is put together paces its calls where the settings say."""

from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from adapters.clouds.opening import SealedClouds
from adapters.pacing.shared import RedisPacing
from domain.accounts import Credential, CredentialId, CredentialName, Provider, UserId
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.settings import Settings
from tests.broker import redis_client
from tests.integration.gcp.rig import running

GCP = Credential(
    id=CredentialId(1),
    user_id=UserId(1),
    provider=Provider.GCP,
    name=CredentialName("main"),
    created_at=datetime(2030, 1, 1, tzinfo=UTC),
)


def settings(broker: str | None) -> Settings:
    key = SecretStr(Fernet.generate_key().decode())
    return Settings(
        secret_key=key, allow_custom_endpoints=True, broker=SecretStr(broker) if broker else None
    )


def test_what_the_service_asks_a_cloud_is_counted_in_redis(valkey_url: str) -> None:
    container = build_container(settings(valkey_url))
    with running() as rig:
        document = container.secret_format().canonical(Provider.GCP, rig.server.credential())
        sealed = container.secret_box().seal(document)
        assert container.clouds().probe(GCP, sealed).check().failure is None
        asked = len(rig.server.requests)
    with redis_client(valkey_url) as client:
        counts = client.hgetall("multicloud:api_calls")
    assert isinstance(counts, dict)
    assert sum(int(count) for count in counts.values()) == asked > 1
    container.shutdown_resources()


@pytest.mark.parametrize("provider", Provider)
def test_every_cloud_is_opened_with_the_one_pacing_of_the_process(
    provider: Provider, valkey_url: str
) -> None:
    container = build_container(settings(valkey_url))
    clouds: dict[Provider, SealedClouds[Any]] = {
        Provider.AWS: container.aws_clouds(),
        Provider.AZURE: container.azure_clouds(),
        Provider.GCP: container.gcp_clouds(),
    }
    assert isinstance(container.pacing(), RedisPacing)
    assert clouds[provider]._pacing is container.pacing()
    container.shutdown_resources()


def test_a_service_without_any_broker_paces_itself() -> None:
    container = build_container(settings(None))
    assert not isinstance(container.pacing(), RedisPacing)
    assert container.pacing().counts() == {}
    container.shutdown_resources()
