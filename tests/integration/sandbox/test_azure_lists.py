"""The sandbox's Resource Manager, read by Microsoft's own clients."""

from collections import Counter
from pathlib import Path

import pytest
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ResourceNotFoundError,
    ServiceResponseError,
)
from azure.core.rest import HttpRequest

from entrypoints.sandbox.azure.bulk import BulkSubscription
from entrypoints.sandbox.azure.errors import page_before, throttled
from entrypoints.sandbox.azure.ids import MACHINE, STORAGE
from entrypoints.sandbox.azure.resources import resource_group, storage_account, virtual_machine
from entrypoints.sandbox.azure.server import AzureServer
from entrypoints.sandbox.azure.shop import DEVELOPMENT, PRODUCTION
from entrypoints.sandbox.azure.tenant import Subscription
from entrypoints.sandbox.rest.faults import Fault
from tests.integration.sandbox.azure_clients import Azure, code_of, running_azure

ID = "11111111-2222-4333-8444-555555555555"
ONE = Subscription(id=ID, name="One")


def test_the_shop_has_two_subscriptions_in_use_and_a_closed_one(shop: Azure) -> None:
    listed = [(each.display_name, each.state) for each in shop.subscriptions().subscriptions.list()]
    assert listed == [
        ("Shop Production", "Enabled"),
        ("Shop Development", "Enabled"),
        ("Shop Trial 2019", "Disabled"),
    ]
    assert shop.subscriptions().subscriptions.get(PRODUCTION.id).tenant_id == shop.server.tenant.id


def test_the_shop_runs_machines_in_three_regions_and_has_switched_some_off(shop: Azure) -> None:
    places, powers = set(), Counter[str]()
    for subscription in (PRODUCTION, DEVELOPMENT):
        machines = shop.compute(subscription.id).virtual_machines
        places |= {each.location for each in machines.list_all()}
        for each in machines.list_all(status_only="true"):
            powers[each.instance_view.statuses[1].code] += 1
    assert places == {"westeurope", "northeurope", "eastus"}
    assert powers == {"PowerState/running": 10, "PowerState/deallocated": 4}


def test_a_machine_is_told_with_its_size_system_tags_and_network(shop: Azure) -> None:
    machines = shop.compute(DEVELOPMENT.id).virtual_machines
    build = next(each for each in machines.list_all() if each.name == "build-1")
    assert build.hardware_profile.vm_size == "Standard_F4s_v2"
    assert build.storage_profile.os_disk.os_type == "Linux"
    assert build.tags == {"team": "platform", "environment": "tools"}
    assert (build.priority, build.provisioning_state) == ("Spot", "Succeeded")
    assert build.network_profile.network_interfaces[0].id.endswith("/build-1-nic")
    assert 2020 <= build.time_created.year <= 2025
    assert build.instance_view is None


def test_a_list_of_all_machines_spells_resource_groups_in_capitals(shop: Azure) -> None:
    machines = shop.compute(DEVELOPMENT.id).virtual_machines
    groups = {each.id.split("/")[4] for each in machines.list_all()}
    assert groups == {"SHOP-DEV", "SHOP-BUILD"}
    one = machines.get("SHOP-dev", "DEV-1", expand="instanceView")
    assert one.id.split("/")[4] == "shop-dev"
    assert one.instance_view.statuses[1].code == "PowerState/running"
    assert {each.name for each in machines.list("shop-dev")} == {"dev-1", "dev-2"}


def test_storage_accounts_and_resource_groups_are_told_with_what_matters(shop: Azure) -> None:
    accounts = {
        each.name: each
        for subscription in (PRODUCTION, DEVELOPMENT)
        for each in shop.storage(subscription.id).storage_accounts.list()
    }
    groups = [
        each
        for subscription in (PRODUCTION, DEVELOPMENT)
        for each in shop.groups(subscription.id).resource_groups.list()
    ]
    assert (len(accounts), len(groups)) == (6, 7)
    forgotten = accounts["oldwebsitebackup"]
    assert forgotten.tags is None
    assert forgotten.allow_blob_public_access is True
    assert accounts["shopledgerfiles"].sku.name == "Standard_GRS"
    assert accounts["shopledgerfiles"].primary_endpoints.blob.startswith("https://shopledgerfiles.")
    assert {each.location for each in groups} == {"westeurope", "northeurope", "eastus"}


@pytest.mark.parametrize("size", [1, 3, 7, 8])
def test_every_page_is_reached_once_whatever_its_size(azure: Azure, size: int) -> None:
    tenant = azure.server.tenant
    tenant.page_sizes |= {MACHINE: size, STORAGE: size}
    tenant.subscribe(ONE)
    for number in range(7):
        tenant.put(*virtual_machine(ID, "Group", f"vm-{number}"))
        tenant.put(storage_account(ID, "Group", f"account{number}"))
    names = [each.name for each in azure.compute(ID).virtual_machines.list_all()]
    assert sorted(names) == [f"vm-{number}" for number in range(7)]
    assert len(list(azure.storage(ID).storage_accounts.list())) == 7
    asked = [each for each in azure.server.requests if "virtualMachines" in each.path]
    assert len(asked) == -(-7 // size)


def test_resource_groups_are_found_by_tag(azure: Azure) -> None:
    azure.server.tenant.subscribe(ONE)
    azure.server.tenant.put(resource_group(ID, "a", tags={"team": "x"}), resource_group(ID, "b"))
    groups = azure.groups(ID).resource_groups
    found = list(groups.list(filter="tagName eq 'team' and tagValue eq 'x'"))
    assert [each.name for each in found] == ["a"]
    assert [each.name for each in groups.list(top=1)] == ["a", "b"]


def test_what_is_denied_names_client_action_and_scope(azure: Azure) -> None:
    other = Subscription(id=ID.replace("1", "9"), name="Other")
    azure.server.tenant.subscribe(ONE, other)
    azure.server.tenant.deny("Microsoft.Compute/virtualMachines/read", ID)
    with pytest.raises(HttpResponseError) as refused:
        list(azure.compute(ID).virtual_machines.list_all())
    assert (refused.value.status_code, code_of(refused.value)) == (403, "AuthorizationFailed")
    assert "action 'Microsoft.Compute/virtualMachines/read'" in refused.value.message
    assert f"over scope '/subscriptions/{ID}'" in refused.value.message
    assert list(azure.compute(other.id).virtual_machines.list_all()) == []
    assert list(azure.storage(ID).storage_accounts.list()) == []


def test_a_subscription_without_a_role_is_not_in_the_list(azure: Azure) -> None:
    azure.server.tenant.subscribe(ONE)
    azure.server.tenant.deny("*", ID)
    assert list(azure.subscriptions().subscriptions.list()) == []
    azure.server.tenant.allow_everything()
    assert len(list(azure.subscriptions().subscriptions.list())) == 1


def test_a_subscription_of_another_tenant_is_not_found(azure: Azure) -> None:
    with pytest.raises(ResourceNotFoundError) as missing:
        list(azure.groups(ID).resource_groups.list())
    assert code_of(missing.value) == "SubscriptionNotFound"


def test_a_call_without_a_version_is_refused(azure: Azure) -> None:
    answer = azure.subscriptions().send_request(HttpRequest("GET", "/subscriptions"))
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "MissingApiVersionParameter"


def test_lists_break_in_the_ways_that_are_known_of_the_true_one(azure: Azure) -> None:
    azure.server.tenant.subscribe(ONE)
    machines = azure.compute(ID).virtual_machines
    for fault, error in (
        (throttled("virtualMachines", times=1), HttpResponseError),
        (Fault(pattern="virtualMachines", dropped=True, times=1), ServiceResponseError),
        (
            Fault(pattern="virtualMachines", status=200, document={"value": None}, times=1),
            TypeError,
        ),
    ):
        azure.server.fail(fault)
        with pytest.raises(error):
            list(machines.list_all())
    assert list(machines.list_all()) == []


def test_pages_lead_elsewhere_and_to_nothing_on_demand(azure: Azure) -> None:
    azure.server.tenant.subscribe(ONE)
    azure.server.tenant.put(*virtual_machine(ID, "Group", "vm"))
    machines = azure.compute(ID).virtual_machines
    here = f"{azure.server.endpoint}/subscriptions/{ID}/providers/{MACHINE}?api-version=1"
    azure.server.fail(page_before(here, "virtualMachines", times=3))
    assert [each.name for each in machines.list_all()] == ["vm"]
    azure.server.heal()
    with running_azure(AzureServer(), azure.certificate.parent) as other:  # now trusted instead
        there = here.replace(azure.server.endpoint, other.server.endpoint)
        azure.server.fail(page_before(there, "virtualMachines"))
        with pytest.raises(ClientAuthenticationError):
            list(machines.list_all())
        # Microsoft's own client goes there, and takes the token along.
        assert "authorization" in other.server.requests[-1].headers


def test_a_large_subscription_is_told_to_its_end(tmp_path: Path) -> None:
    bulk = BulkSubscription(machines=1_050, page=250)
    bulk.warm_up()
    with running_azure(AzureServer(bulk=bulk), tmp_path) as azure:
        machines = azure.compute(bulk.subscription.id).virtual_machines
        names = {each.id.lower() for each in machines.list_all()}
        running = {
            each.id.lower()
            for each in machines.list_all(status_only="true")
            if each.instance_view.statuses[1].code == "PowerState/running"
        }
    assert len(names) == 1_050
    assert running < names
