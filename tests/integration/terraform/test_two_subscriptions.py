"""What is built in one Azure subscription is not looked for in another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.confirm_drift import ConfirmDriftRequest
from application.use_cases.replace_credential_secret import ReplaceCredentialSecretRequest
from application.use_cases.request_destruction import RequestDestructionRequest
from application.use_cases.request_resource import RequestResourceRequest
from domain.accounts import Provider
from domain.errors import BuiltElsewhere
from domain.provisioning import Resource, ResourceId, ResourceStatus, RunAction
from entrypoints.sandbox.azure.ids import GROUP
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.tenant import Subscription
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.terraform.site import EMAIL, Site, a_site

HERE = "11111111-2222-4333-8444-555555555555"
THERE = "99999999-8888-4777-8666-555555555555"
NAME = "azure"


@pytest.fixture
def azure() -> Iterator[AzureServer]:
    """A tenant with two subscriptions, open to one application."""
    server = AzureServer()
    for identity in (HERE, THERE):
        server.tenant.subscribe(Subscription(id=identity, name=identity[:8]))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def site(
    migrated_database_url: str, azure: AzureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """The service with a credential for the first subscription.

    Terraform starts the provider anew for each command: it reads the subscription as it starts.
    """
    mirror = write_mirror(tmp_path / "mirror")
    folder, setenv = tmp_path / "data", monkeypatch.setenv
    with a_site(migrated_database_url, "http://127.0.0.1:1", mirror, folder, setenv=setenv) as site:
        document = azure.credential(subscription_id=HERE)
        site.container.add_credential()(
            AddCredentialRequest(
                user_email=EMAIL, provider=Provider.AZURE, name=NAME, document=document
            )
        )
        yield site


def open_instead(site: Site, azure: AzureServer, subscription: str) -> None:
    document = azure.credential(subscription_id=subscription)
    site.container.replace_credential_secret()(
        ReplaceCredentialSecretRequest(user_email=EMAIL, name=NAME, document=document)
    )


def destroyed(site: Site, resource_id: ResourceId) -> Resource:
    site.container.request_destruction()(RequestDestructionRequest(resource_id=resource_id))
    return site.go_on(RunAction.DESTROY, resource_id)


def groups(azure: AzureServer) -> list[str]:
    """The ids of all resource groups of the tenant."""
    return [str(each["id"]) for each in azure.tenant.listed("/subscriptions", GROUP)]


def test_a_secret_for_another_subscription_takes_nothing_down_and_forgets_nothing(
    site: Site, azure: AzureServer
) -> None:
    spec = {"kind": "azure_resource_group", "name": "shop", "location": "westeurope"}
    request = RequestResourceRequest(user_email=EMAIL, credential_name=NAME, spec=spec)
    resource_id = site.container.request_resource()(request).resource.id
    built = site.go_on(RunAction.PROVISION, resource_id)
    assert built.status is ResourceStatus.ACTIVE, site.said(resource_id)
    assert built.sub_account_id == HERE
    there, known = groups(azure), site.known(resource_id)
    assert there == [f"/subscriptions/{HERE}/resourceGroups/shop"]
    open_instead(site, azure, THERE)
    with pytest.raises(BuiltElsewhere, match=f"subscription {THERE}.*built in {HERE}"):
        site.container.confirm_drift()(ConfirmDriftRequest(resource_id=resource_id))
    assert destroyed(site, resource_id).status is ResourceStatus.FAILED
    assert site.run(resource_id).error == (
        f"Credential 'azure' now opens the Azure subscription {THERE}, and this resource is built "
        f"in {HERE}: nothing was done; give the credential a secret for {HERE} again, then try "
        "again."
    )
    assert site.said(resource_id) == ""
    assert (groups(azure), site.known(resource_id)) == (there, known)
    open_instead(site, azure, HERE)
    assert destroyed(site, resource_id).status is ResourceStatus.DESTROYED, site.said(resource_id)
    assert groups(azure) == []
