"""A sealed credential is opened for Terraform as it is for everything else."""

from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.aws.clouds import AwsClouds
from adapters.azure.clouds import AzureClouds
from adapters.clouds.opening import SealedClouds
from adapters.fakes.clock import FakeClock
from adapters.fakes.pacing import FakePacing
from adapters.fakes.secret_box import FakeSecretBox
from adapters.gcp.clouds import GcpClouds
from adapters.gcp.secret import GcpSecret
from application.ports.clouds import Clouds
from application.ports.errors import Rejected
from application.ports.secret_box import SecretText
from domain.accounts import Credential, CredentialId, CredentialName, Provider, SealedSecret, UserId
from tests.unit.azure.test_terraform_environment import a_secret as an_azure_secret
from tests.unit.gcp.keys import PROJECT, document

BOX = FakeSecretBox("key")
AZURE_KEYS = an_azure_secret().canonical()


def opened(adapter: type[SealedClouds[Any]]) -> Clouds:
    return adapter(
        secret_box=BOX, clock=FakeClock(), pacing=FakePacing(), allow_custom_endpoints=False
    )


def a_credential(provider: Provider) -> Credential:
    return Credential(
        id=CredentialId(1),
        user_id=UserId(1),
        provider=provider,
        name=CredentialName("main"),
        created_at=datetime(2030, 1, 1, tzinfo=UTC),
    )


def gcp_keys(**fields: object) -> SecretText:
    return GcpSecret.model_validate(document(**fields)).canonical()


def test_terraform_works_in_the_subscription_of_the_credential() -> None:
    made = opened(AzureClouds).provider_environment(
        a_credential(Provider.AZURE), BOX.seal(AZURE_KEYS)
    )
    expected = an_azure_secret().subscription_id
    assert made.variables["ARM_SUBSCRIPTION_ID"] == expected


def test_terraform_works_in_the_project_of_the_credential() -> None:
    made = opened(GcpClouds).provider_environment(a_credential(Provider.GCP), BOX.seal(gcp_keys()))
    assert made.variables["GOOGLE_PROJECT"] == PROJECT


def test_where_names_tell_ours_there_is_nothing_to_search() -> None:
    azure, gcp = opened(AzureClouds), opened(GcpClouds)
    assert azure.owned_objects(a_credential(Provider.AZURE), BOX.seal(AZURE_KEYS)) is None
    assert gcp.owned_objects(a_credential(Provider.GCP), BOX.seal(gcp_keys())) is None


@pytest.mark.parametrize("adapter", [AwsClouds, AzureClouds, GcpClouds])
def test_a_credential_for_another_cloud_is_refused(adapter: type[SealedClouds[Any]]) -> None:
    clouds, other = opened(adapter), next(each for each in Provider if each != adapter.provider)
    sealed: SealedSecret = BOX.seal(SecretText("{}"))
    for ask in (clouds.provider_environment, clouds.owned_objects):
        with pytest.raises(Rejected, match=f"a credential for {other}, not for"):
            ask(a_credential(other), sealed)


def test_endpoints_of_ones_own_are_used_only_where_they_are_allowed() -> None:
    keys = gcp_keys(compute_endpoint="http://127.0.0.1:5001")
    with pytest.raises(Rejected, match="MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS"):
        opened(GcpClouds).provider_environment(a_credential(Provider.GCP), BOX.seal(keys))
