"""One resource in the sandbox: created, read, changed and removed by Microsoft's own clients."""

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.core.rest import HttpRequest

from entrypoints.sandbox.azure.ids import NIC, PUBLIC_IP
from entrypoints.sandbox.azure.resources import resource_group, storage_account, virtual_machine
from entrypoints.sandbox.azure.tenant import AzureTenant, Subscription
from tests.integration.sandbox.azure_clients import Azure, code_of

ID = "11111111-2222-4333-8444-555555555555"
PASSWORD = "Canary-0123456789"
GROUP = f"/subscriptions/{ID}/resourceGroups/Team"


@pytest.fixture
def tenant(azure: Azure) -> AzureTenant:
    azure.server.tenant.subscribe(Subscription(id=ID, name="One"))
    return azure.server.tenant


def put(azure: Azure, path: str, document: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    request = HttpRequest("PUT", f"{path}?api-version=2025-01-01", json=document)
    answer = azure.groups(ID).send_request(request)
    return answer.status_code, answer.json()


def power(azure: Azure) -> str:
    """What the machine vm is doing."""
    view = azure.compute(ID).virtual_machines.instance_view("Team", "vm")
    return str(view.statuses[1].code)


def make_group(azure: Azure) -> None:
    azure.groups(ID).resource_groups.create_or_update("Team", {"location": "westeurope"})


def test_a_resource_group_is_made_found_tagged_and_removed(
    azure: Azure, tenant: AzureTenant
) -> None:
    groups = azure.groups(ID).resource_groups
    assert groups.check_existence("team") is False
    make_group(azure)
    assert groups.check_existence("team") is True
    made = groups.get("TEAM")
    assert (made.name, made.id, made.properties.provisioning_state) == ("Team", GROUP, "Succeeded")
    groups.update("team", {"tags": {"managed-by": "multi-cloud"}})
    assert groups.get("team").tags == {"managed-by": "multi-cloud"}
    groups.begin_delete("team").result()
    with pytest.raises(ResourceNotFoundError) as missing:
        groups.get("team")
    assert code_of(missing.value) == "ResourceGroupNotFound"


def test_a_storage_account_is_completed_as_it_is_made(azure: Azure, tenant: AzureTenant) -> None:
    make_group(azure)
    accounts = azure.storage(ID).storage_accounts
    wish = {"location": "westeurope", "kind": "StorageV2", "sku": {"name": "Standard_LRS"}}
    made = accounts.begin_create("Team", "media", wish).result()
    assert made.primary_endpoints.blob == "https://media.blob.core.windows.net/"
    assert [each.name for each in accounts.list()] == ["media"]
    accounts.delete("team", "MEDIA")
    assert list(accounts.list()) == []


def test_a_machine_runs_with_addresses_and_keeps_its_password(
    azure: Azure, tenant: AzureTenant
) -> None:
    make_group(azure)
    address = f"{GROUP}/providers/{PUBLIC_IP}/ip"
    card = f"{GROUP}/providers/{NIC}/nic"
    assert put(azure, address, {"location": "westeurope"})[0] == 201
    wish = {"name": "internal", "properties": {"publicIPAddress": {"id": address}}}
    document = {"location": "westeurope", "properties": {"ipConfigurations": [wish]}}
    _, made = put(azure, card, document)
    assert made["properties"]["ipConfigurations"][0]["properties"]["privateIPAddress"]
    machines = azure.compute(ID).virtual_machines
    vm = machines.begin_create_or_update(
        "Team",
        "vm",
        {
            "location": "westeurope",
            "properties": {
                "hardwareProfile": {"vmSize": "Standard_B2s"},
                "osProfile": {"computerName": "vm", "adminPassword": PASSWORD},
                "networkProfile": {"networkInterfaces": [{"id": card}]},
            },
        },
    ).result()
    assert (vm.provisioning_state, vm.os_profile.computer_name) == ("Succeeded", "vm")
    assert PASSWORD not in str(tenant.find(vm.id))
    assert power(azure) == "PowerState/running"


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("begin_deallocate", "deallocated"),
        ("begin_power_off", "stopped"),
        ("begin_start", "running"),
    ],
)
def test_a_machine_is_switched_on_and_off(
    azure: Azure, tenant: AzureTenant, action: str, expected: str
) -> None:
    tenant.put(resource_group(ID, "Team"), *virtual_machine(ID, "Team", "vm", power="starting"))
    getattr(azure.compute(ID).virtual_machines, action)("team", "VM").result()
    assert power(azure) == f"PowerState/{expected}"


def test_a_storage_account_has_keys(azure: Azure, tenant: AzureTenant) -> None:
    tenant.put(resource_group(ID, "Team"), storage_account(ID, "Team", "media"))
    keys = azure.storage(ID).storage_accounts.list_keys("Team", "media").keys_property
    assert [key.key_name for key in keys] == ["key1", "key2"]


def test_what_the_sandbox_cannot_do_is_not_found(azure: Azure, tenant: AzureTenant) -> None:
    tenant.put(resource_group(ID, "Team"), *virtual_machine(ID, "Team", "vm"))
    with pytest.raises(ResourceNotFoundError, match="knows no action"):
        azure.compute(ID).virtual_machines.begin_redeploy("Team", "vm")


def test_a_resource_needs_its_group_and_goes_with_it(azure: Azure, tenant: AzureTenant) -> None:
    status, document = put(azure, f"{GROUP}/providers/{PUBLIC_IP}/ip", {"location": "westeurope"})
    assert (status, document["error"]["code"]) == (404, "ResourceGroupNotFound")
    make_group(azure)
    put(azure, f"{GROUP}/providers/{PUBLIC_IP}/ip", {"location": "westeurope"})
    inside = azure.groups(ID).resources.list_by_resource_group("Team")
    assert [each.type for each in inside] == [PUBLIC_IP]
    azure.groups(ID).resource_groups.begin_delete("Team").result()
    make_group(azure)
    assert list(azure.groups(ID).resources.list()) == []


def test_what_does_not_exist_is_named(azure: Azure, tenant: AzureTenant) -> None:
    make_group(azure)
    with pytest.raises(ResourceNotFoundError, match="virtualMachines/ghost' under") as missing:
        azure.compute(ID).virtual_machines.get("Team", "ghost")
    assert code_of(missing.value) == "ResourceNotFound"


def test_a_second_wish_changes_and_keeps_the_spelling(azure: Azure, tenant: AzureTenant) -> None:
    make_group(azure)
    path = f"{GROUP}/providers/{PUBLIC_IP}/ip"
    put(azure, path, {"location": "westeurope", "tags": {"a": "1"}})
    before = tenant.find(path)
    status, after = put(azure, path.upper().replace("/IP", "/ip"), {"tags": {"a": "2"}})
    assert (status, after["id"], after["tags"]) == (200, path, {"a": "2"})
    assert before is not None
    assert after["properties"]["ipAddress"] == before["properties"]["ipAddress"]


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_what_is_no_resource_is_refused(azure: Azure, tenant: AzureTenant, body: bytes) -> None:
    make_group(azure)
    path = f"{GROUP}/providers/{PUBLIC_IP}/ip?api-version=1"
    answer = azure.groups(ID).send_request(HttpRequest("PUT", path, content=body))
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert put(azure, f"{GROUP}/providers/{PUBLIC_IP}/ip", {})[0] == 400


def test_a_closed_subscription_can_be_read_but_not_written(azure: Azure) -> None:
    azure.server.tenant.subscribe(Subscription(id=ID, name="Closed", state="Disabled"))
    assert list(azure.groups(ID).resource_groups.list()) == []
    with pytest.raises(HttpResponseError) as refused:
        make_group(azure)
    assert code_of(refused.value) == "ReadOnlyDisabledSubscription"
