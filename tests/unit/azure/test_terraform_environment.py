"""Terraform gets the application's secret and where to use it, and does not show it."""

import pytest

from adapters.azure.secret import AzureSecret
from adapters.azure.terraform_environment import terraform_environment
from application.ports.errors import Rejected
from entrypoints.sandbox.rest.certificate import self_signed

CANARY = "x~8Qcanary" + "y" * 30
IDS = {
    "tenant_id": "7f2c1a90-5b1e-4c6f-9c52-0d3a8e6b4f11",
    "client_id": "c0ffee00-1111-4222-8333-944455556666",
    "subscription_id": "11111111-aaaa-4111-8111-111111111111",
}
ALWAYS = {
    "ARM_TENANT_ID": IDS["tenant_id"],
    "ARM_CLIENT_ID": IDS["client_id"],
    "ARM_SUBSCRIPTION_ID": IDS["subscription_id"],
    "ARM_CLIENT_SECRET": CANARY,
}


def a_secret(**fields: object) -> AzureSecret:
    return AzureSecret.model_validate({**IDS, "client_secret": CANARY, **fields})


@pytest.mark.parametrize(
    "where",
    [
        {},
        {"authority_host": "https://login.microsoftonline.com"},
        {"resource_manager_url": "https://management.azure.com/"},
    ],
)
def test_the_public_cloud_needs_no_more_than_who_and_where(where: dict[str, str]) -> None:
    environment = terraform_environment(a_secret(**where))
    assert environment.variables == ALWAYS
    assert environment.files == {}
    assert environment.sub_account_id == IDS["subscription_id"]


def test_a_subscription_is_the_same_however_its_id_is_spelled() -> None:
    spelled = a_secret(subscription_id=IDS["subscription_id"].upper())
    assert terraform_environment(spelled).sub_account_id == IDS["subscription_id"]


@pytest.mark.parametrize(
    ("authority", "resource_manager", "name"),
    [
        ("login.microsoftonline.us", "management.usgovcloudapi.net", "usgovernment"),
        ("login.microsoftonline.us", None, "usgovernment"),
        ("login.chinacloudapi.cn", "management.chinacloudapi.cn", "china"),
        ("login.partner.microsoftonline.cn", "management.chinacloudapi.cn", "china"),
    ],
)
def test_a_sovereign_cloud_goes_by_its_name(
    authority: str, resource_manager: str | None, name: str
) -> None:
    manager = None if resource_manager is None else f"https://{resource_manager}"
    secret = a_secret(authority_host=f"https://{authority}", resource_manager_url=manager)
    assert terraform_environment(secret).variables == {**ALWAYS, "ARM_ENVIRONMENT": name}


def test_a_cloud_of_ones_own_is_asked_where_everything_is_and_trusted_as_told() -> None:
    pem = self_signed().pem
    environment = terraform_environment(
        a_secret(
            authority_host="https://127.0.0.1:4001",
            resource_manager_url="https://127.0.0.1:4002",
            ca_certificate=pem,
        )
    )
    assert environment.variables == {
        **ALWAYS,
        "ARM_METADATA_HOSTNAME": "127.0.0.1:4002",
        "MULTICLOUD_SANDBOX_ARM": "https://127.0.0.1:4002",
        "MULTICLOUD_SANDBOX_AUTHORITY": "https://127.0.0.1:4001",
    }
    assert environment.files == {"SSL_CERT_FILE": pem}


def test_the_manager_of_one_cloud_with_the_sign_in_of_another_is_a_cloud_of_its_own() -> None:
    secret = a_secret(
        authority_host="https://login.microsoftonline.us",
        resource_manager_url="https://management.chinacloudapi.cn",
    )
    variables = terraform_environment(secret).variables
    assert "ARM_ENVIRONMENT" not in variables
    assert variables["ARM_METADATA_HOSTNAME"] == "management.chinacloudapi.cn"


def test_without_a_subscription_nobody_knows_where_to_build() -> None:
    with pytest.raises(Rejected, match="Add subscription_id") as caught:
        terraform_environment(a_secret(subscription_id=None))
    assert CANARY not in str(caught.value)


def test_a_sign_in_of_ones_own_needs_a_manager_that_knows_it() -> None:
    with pytest.raises(Rejected, match="Add resource_manager_url"):
        terraform_environment(a_secret(authority_host="https://login.example.org"))


def test_the_environment_does_not_show_itself() -> None:
    assert CANARY not in repr(terraform_environment(a_secret()))
