"""What the sandbox's azurerm does not do, and says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox.azure.errors import throttled
from entrypoints.sandbox.azure.ids import ANYTHING
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.rest.faults import Fault
from tests.integration.terraform.azure_rig import (
    ACCOUNT,
    PLACED,
    an_azure,
    azure_rig,
    everything,
    groups,
    with_group,
)
from tests.integration.terraform.provider_rig import ProviderRig, with_running


@pytest.fixture
def azure() -> Iterator[AzureServer]:
    with an_azure() as server:
        yield server


@pytest.fixture
def rig(azure: AzureServer, tmp_path: Path) -> Iterator[ProviderRig]:
    with with_running("azurerm", azure_rig(azure, tmp_path)) as rig:
        yield rig


def test_a_second_one_of_the_same_name_is_not_made(rig: ProviderRig, azure: AzureServer) -> None:
    rig.use_module("azure/azure_resource_group", {**PLACED, "name": "Team"})
    rig.applied()
    (rig.folder / "terraform.tfstate").unlink()
    again = rig.run("apply", "-auto-approve")
    assert again.code == 1
    assert "already exists - to be managed via Terraform" in again.problems[0]
    assert [group["name"] for group in groups(azure)] == ["Team"]


def test_a_group_with_what_others_put_into_it_stays(rig: ProviderRig, azure: AzureServer) -> None:
    rig.use_module("azure/azure_storage_account", ACCOUNT)
    rig.applied()
    own = azure.tenant.listed("/subscriptions", ANYTHING)[0]
    foreign = own["id"].rpartition("/")[0] + "/foreign0012"
    azure.tenant.put({**own, "id": foreign, "name": "foreign0012"})
    refused = rig.run("destroy", "-auto-approve")
    assert refused.code == 1
    assert "still contains Resources" in refused.problems[0]
    assert everything(azure) == {"foreign0012", "media0012-rg"}
    azure.tenant.remove(foreign)
    assert rig.run("destroy", "-auto-approve").code == 0


def test_what_azure_refuses_is_told_in_its_words(rig: ProviderRig, azure: AzureServer) -> None:
    with_group(rig, location="moon")
    rig.run("init")
    refused = rig.run("apply", "-auto-approve")
    assert (refused.code, rig.state(), groups(azure)) == (1, {}, [])
    assert (
        "LocationNotAvailableForResourceGroup: The provided location 'moon'"
        in (refused.problems[0])
    )


def test_an_azure_that_has_no_time_is_asked_again(rig: ProviderRig, azure: AzureServer) -> None:
    with_group(rig, location="westeurope")
    azure.fail(throttled("PUT", times=2))
    azure.fail(Fault(pattern="GET .*/resourceGroups/Team", status=503, times=1))
    rig.applied()
    assert [group["name"] for group in groups(azure)] == ["Team"]


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ARM_CLIENT_SECRET", "wrong", "AADSTS7000215"),
        ("ARM_SUBSCRIPTION_ID", "99999999-9999-4999-8999-999999999999", "SubscriptionNotFound"),
        ("ARM_TENANT_ID", "", "`tenant_id` is not set"),
        ("SSL_CERT_FILE", "/dev/null", "CERTIFICATE_VERIFY_FAILED"),
    ],
    ids=["secret", "subscription", "tenant", "certificate"],
)
def test_what_does_not_open_azure_is_said_and_no_secret(
    azure: AzureServer, tmp_path: Path, variable: str, value: str, said: str
) -> None:
    rig = azure_rig(azure, tmp_path, **{variable: value})
    with_group(rig, location="westeurope")
    rig.run("init")
    refused = rig.run("apply", "-auto-approve")
    assert refused.code == 1
    assert said in refused.problems[0]
    assert azure.credential()["client_secret"] not in refused.text
