from datetime import UTC, datetime

import pytest

from adapters.fakes.clouds import FakeCloud, FakeClouds
from adapters.fakes.owned_objects import FakeOwnedObjects
from application.ports.clouds import SecretFormat
from application.ports.errors import Rejected
from application.ports.secret_box import SecretText
from application.ports.terraform import ProviderEnvironment
from domain.accounts import (
    Credential,
    CredentialId,
    CredentialName,
    Provider,
    SealedSecret,
    SubAccountId,
    UserId,
)
from entrypoints.bootstrap.clouds import CloudsByProvider, FormatByProvider

SEALED = SealedSecret(b"sealed")


def a_credential(provider: Provider) -> Credential:
    return Credential(
        id=CredentialId(1),
        user_id=UserId(1),
        provider=provider,
        name=CredentialName("main"),
        created_at=datetime(2030, 1, 1, tzinfo=UTC),
    )


class EchoFormat(SecretFormat):
    def canonical(self, provider: Provider, document: object) -> SecretText:
        return SecretText(f"{provider}:{document}")


def test_a_cloud_without_an_adapter_is_one_sentence_that_names_those_served() -> None:
    clouds = CloudsByProvider(adapters={Provider.AWS: FakeClouds()})
    with pytest.raises(Rejected, match=r"no adapter for azure yet\. It serves aws\."):
        clouds.inventory(a_credential(Provider.AZURE), SEALED)
    with pytest.raises(Rejected, match="no adapter for gcp yet"):
        clouds.probe(a_credential(Provider.GCP), SEALED)


def test_what_terraform_needs_comes_from_the_adapter_of_the_provider() -> None:
    aws, owned = FakeClouds({CredentialId(1): FakeCloud()}), FakeOwnedObjects()
    environment = ProviderEnvironment(
        sub_account_id=SubAccountId("111122223333"), variables={"AWS_ACCESS_KEY_ID": "some"}
    )
    aws.equip(CredentialId(1), environment)
    aws.tag(CredentialId(1), owned)
    clouds = CloudsByProvider(adapters={Provider.AWS: aws})
    assert clouds.provider_environment(a_credential(Provider.AWS), SEALED) == environment
    assert clouds.owned_objects(a_credential(Provider.AWS), SEALED) is owned
    with pytest.raises(Rejected, match="no adapter for gcp yet"):
        clouds.provider_environment(a_credential(Provider.GCP), SEALED)


def test_a_secret_is_checked_by_the_format_of_its_provider() -> None:
    formats = FormatByProvider(formats={Provider.AWS: EchoFormat()})
    assert formats.canonical(Provider.AWS, "x") == SecretText("aws:x")
    with pytest.raises(Rejected, match="no adapter for azure yet"):
        formats.canonical(Provider.AZURE, "x")
