"""The sandbox's azurerm: the real terraform makes, changes, adopts and destroys our modules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from entrypoints.sandbox.azure.changes import deallocate_machine, set_tag
from entrypoints.sandbox.azure.errors import throttled
from entrypoints.sandbox.azure.ids import ANYTHING, GROUP
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.tenant import Subscription
from entrypoints.sandbox.rest.faults import Fault
from entrypoints.sandbox.terraform.mirror import write_mirror
from tests.integration.terraform.provider_rig import INSTALLATION, ProviderRig, with_running

HERE = "11111111-2222-4333-8444-555555555555"
TAGS = {"team": "storefront", "Ω note": '${file("/etc/passwd")} %{if true}"'}
OWNED = {
    "managed-by": "multi-cloud",
    "multi-cloud-resource-id": "12",
    "multi-cloud-installation": INSTALLATION,
}
PLACED = {"location": "westeurope", "tags": TAGS}
MACHINE = {
    **PLACED,
    "name": "vm-1",
    "resource_group": None,
    "size": "Standard_B1s",
    "image": "Canonical:ubuntu-24_04-lts:server:latest",
    "admin_username": "operator",
    "ssh_public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample operator@example.org",
    "disk_size_gb": None,
    "disk_type": "StandardSSD_LRS",
    "secure_boot": True,
    "subnet_id": None,
    "public_ip": True,
}
ACCOUNT = {
    **PLACED,
    "name": "media0012",
    "resource_group": None,
    "replication": "LRS",
    "access_tier": "Hot",
    "public_network_access": False,
    "shared_access_keys": False,
}
PARTS_OF_A_MACHINE = {
    "azurerm_resource_group.this[0]",
    "azurerm_virtual_network.this[0]",
    "azurerm_subnet.this[0]",
    "azurerm_public_ip.this[0]",
    "azurerm_network_interface.this",
    "azurerm_linux_virtual_machine.this",
}


@pytest.fixture
def azure() -> Iterator[AzureServer]:
    server = AzureServer()
    server.tenant.subscribe(Subscription(id=HERE, name="Here"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def rig(azure: AzureServer, tmp_path: Path) -> Iterator[ProviderRig]:
    with with_running("azurerm", rig_for(azure, tmp_path)) as rig:
        yield rig


def rig_for(azure: AzureServer, folder: Path, **environment: str) -> ProviderRig:
    credential = azure.credential()
    certificate = folder / "certificate.pem"
    certificate.write_text(credential["ca_certificate"])
    work = folder / "work"
    work.mkdir()
    opened = {
        "ARM_TENANT_ID": credential["tenant_id"],
        "ARM_CLIENT_ID": credential["client_id"],
        "ARM_CLIENT_SECRET": credential["client_secret"],
        "ARM_SUBSCRIPTION_ID": HERE,
        "MULTICLOUD_SANDBOX_ARM": credential["resource_manager_url"],
        "MULTICLOUD_SANDBOX_AUTHORITY": credential["authority_host"],
        "SSL_CERT_FILE": str(certificate),
    }
    mirror = write_mirror(folder / "mirror")
    return ProviderRig(folder=work, mirror=mirror, environment=opened | environment)


def everything(azure: AzureServer) -> set[str]:
    """The last parts of the ids of all that there is."""
    documents = [*azure.tenant.listed("/subscriptions", ANYTHING), *groups(azure)]
    return {document["id"].rpartition("/")[2] for document in documents}


def groups(azure: AzureServer) -> list[dict[str, Any]]:
    return azure.tenant.listed("/subscriptions", GROUP)


def ids(rig: ProviderRig) -> dict[str, str]:
    return {address: attributes["id"] for address, attributes in rig.state().items()}


def with_group(rig: ProviderRig, **arguments: object) -> None:
    """Configure one resource group, outside of any module."""
    rig.write(
        {
            "terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm"}}},
            "provider": {"azurerm": {"features": {}}},
            "resource": {"azurerm_resource_group": {"this": {"name": "Team", **arguments}}},
        }
    )


def test_a_machine_comes_with_all_it_needs_and_leaves_nothing(
    rig: ProviderRig, azure: AzureServer
) -> None:
    rig.use_module("azure/azure_virtual_machine", MACHINE)
    rig.applied()
    assert everything(azure) == {
        "vm-1",
        "vm-1-rg",
        "vm-1-nic",
        "vm-1-ip",
        "vm-1-vnet",
        "vm-1-subnet",
    }
    state = rig.state()
    machine = state["azurerm_linux_virtual_machine.this"]
    assert machine["tags"] == TAGS | OWNED
    assert machine["private_ip_address"] == "10.0.0.4"
    assert machine["public_ip_address"] == state["azurerm_public_ip.this"]["ip_address"]
    deallocate_machine(azure.tenant, name="VM-1")  # whether it runs is none of terraform's business
    assert rig.run("plan", "-detailed-exitcode").code == 0
    assert rig.run("destroy", "-auto-approve").code == 0
    assert everything(azure) == set()


def test_an_account_is_as_private_as_its_module_says(rig: ProviderRig, azure: AzureServer) -> None:
    rig.use_module("azure/azure_storage_account", ACCOUNT)
    rig.applied()
    (account,) = azure.tenant.listed("/subscriptions", ANYTHING)
    properties = account["properties"]
    assert account["tags"] == TAGS | OWNED
    assert properties["allowBlobPublicAccess"] is properties["allowSharedKeyAccess"] is False
    assert (properties["publicNetworkAccess"], properties["minimumTlsVersion"]) == (
        "Disabled",
        "TLS1_2",
    )
    assert rig.run("plan", "-detailed-exitcode").code == 0
    assert rig.run("destroy", "-auto-approve").code == 0
    assert everything(azure) == set()


def test_size_and_tags_change_in_place_and_another_key_means_another_machine(
    rig: ProviderRig, azure: AzureServer
) -> None:
    rig.use_module("azure/azure_virtual_machine", MACHINE)
    rig.applied()
    before = ids(rig)
    rig.use_module("azure/azure_virtual_machine", MACHINE | {"size": "Standard_B2s", "tags": {}})
    plan = rig.run("plan")
    assert plan.planned["azurerm_linux_virtual_machine.this"] == "update"
    assert "replace" not in plan.planned.values()
    rig.applied()
    machine = rig.state()["azurerm_linux_virtual_machine.this"]
    assert (machine["size"], machine["tags"], ids(rig)) == ("Standard_B2s", OWNED, before)
    assert azure.tenant.find(machine["id"])["tags"] == OWNED  # type: ignore[index] # it is there
    key = {"ssh_public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOther other@example.org"}
    rig.use_module("azure/azure_virtual_machine", MACHINE | {"tags": {}} | key)
    assert rig.run("plan").planned["azurerm_linux_virtual_machine.this"] == "replace"


def test_what_was_lost_is_adopted_by_its_ids_without_a_change(rig: ProviderRig) -> None:
    rig.use_module("azure/azure_virtual_machine", MACHINE)
    rig.applied()
    indexed = {address.removesuffix("[0]"): address for address in PARTS_OF_A_MACHINE}
    imports = [
        f'import {{\n  to = {indexed[address]}\n  id = "{identity}"\n}}\n'
        for address, identity in ids(rig).items()
    ]
    (rig.folder / "terraform.tfstate").unlink()
    (rig.folder / "imports.tf").write_text("".join(imports))
    assert rig.run("plan").planned == dict.fromkeys(PARTS_OF_A_MACHINE, "import")
    rig.applied()
    (rig.folder / "imports.tf").unlink()
    assert rig.run("plan", "-detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("identity", "said"),
    [
        (f"/subscriptions/{HERE}/resourceGroups/ghost", "Cannot import non-existent remote object"),
        (f"/subscriptions/{HERE}", "An id of this type is like /subscriptions/<"),
        (f"/subscriptions/{HERE}/resourcegroups/g", 'should be "resourceGroups"'),
    ],
    ids=["nothing there", "no id", "another spelling"],
)
def test_what_is_not_there_cannot_be_adopted(rig: ProviderRig, identity: str, said: str) -> None:
    with_group(rig, location="westeurope")
    rig.run("init")
    (rig.folder / "imports.tf").write_text(
        f'import {{\n  to = azurerm_resource_group.this\n  id = "{identity}"\n}}\n'
    )
    plan = rig.run("plan")
    assert plan.code == 1
    assert said in plan.problems[0]


def test_what_somebody_changed_or_removed_by_hand_is_seen(
    rig: ProviderRig, azure: AzureServer
) -> None:
    rig.use_module("azure/azure_storage_account", ACCOUNT)
    rig.applied()
    set_tag(azure.tenant, name="media0012")
    plan = rig.run("plan")
    assert plan.drifted == {"azurerm_storage_account.this": "update"}
    assert plan.planned == {"azurerm_storage_account.this": "update"}
    azure.tenant.remove(ids(rig)["azurerm_storage_account.this"])
    plan = rig.run("plan")
    assert plan.drifted == {"azurerm_storage_account.this": "delete"}
    assert plan.planned == {"azurerm_storage_account.this": "create"}


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
    rig = rig_for(azure, tmp_path, **{variable: value})
    with_group(rig, location="westeurope")
    rig.run("init")
    refused = rig.run("apply", "-auto-approve")
    assert refused.code == 1
    assert said in refused.problems[0]
    assert azure.credential()["client_secret"] not in refused.text
