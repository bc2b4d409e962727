"""The sandbox's azurerm: the real terraform makes, changes, adopts and destroys our modules."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from entrypoints.sandbox.azure.changes import deallocate_machine, set_tag
from entrypoints.sandbox.azure.ids import ANYTHING
from entrypoints.sandbox.azure.server import AzureServer
from tests.integration.terraform.azure_rig import (
    ACCOUNT,
    HERE,
    MACHINE,
    OWNED,
    PARTS_OF_A_MACHINE,
    TAGS,
    an_azure,
    azure_rig,
    everything,
    ids,
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
