"""What happens to the demo tenant when somebody asks for a change."""

import json

import pytest

from entrypoints.sandbox.azure.changes import changes_of
from entrypoints.sandbox.azure.seed import furnish
from entrypoints.sandbox.azure.tenant import AzureTenant, Document
from entrypoints.sandbox.happening import NothingToChange
from entrypoints.sandbox.rest.changes import sandbox_reply
from entrypoints.sandbox.rest.wire import Reply, Request


@pytest.fixture
def tenant() -> AzureTenant:
    tenant = AzureTenant()
    furnish(tenant)
    return tenant


def everything(tenant: AzureTenant) -> dict[str, Document]:
    return {
        document["id"].lower(): document
        for subscription in tenant.subscriptions()
        for document in tenant.listed(f"/subscriptions/{subscription.id}", "*")
    }


def asked(tenant: AzureTenant, method: str, path: str, document: object = None) -> Reply:
    request = Request(method=method, path=path, body=json.dumps(document).encode())
    reply = sandbox_reply(request, cloud="azure", changes=changes_of(tenant))
    assert reply is not None
    return reply


@pytest.mark.parametrize("name", ["deallocate-vm", "retag-vm", "set-tag", "delete-storage-account"])
def test_a_change_changes_just_what_it_says(tenant: AzureTenant, name: str) -> None:
    before = everything(tenant)
    told = changes_of(tenant)[name]()
    after = everything(tenant)
    differing = {key for key in before if before[key] != after.get(key)}
    assert differing == {told.id}
    assert (told.change, told.region) == (name, before[told.id]["location"])


@pytest.mark.parametrize("name", ["deallocate-vm", "delete-storage-account", "expire-secret"])
def test_what_happened_once_cannot_happen_again(tenant: AzureTenant, name: str) -> None:
    changes_of(tenant)[name]()
    with pytest.raises(NothingToChange):
        changes_of(tenant)[name]()


@pytest.mark.parametrize(
    ("change", "name", "kind", "field"),
    [
        ("deallocate-vm", "DEV-1", "azure_virtual_machine", "status"),
        ("retag-vm", "ledger-2", "azure_virtual_machine", "tags.team"),
        ("set-tag", "dev-1", "azure_virtual_machine", "tags.checked"),
        ("set-tag", "oldwebsitebackup", "azure_storage_account", "tags.checked"),
        ("set-tag", "shop-recovery", "azure_resource_group", "tags.checked"),
        ("delete-storage-account", "shopbuildcache", "azure_storage_account", "state"),
    ],
)
def test_a_change_happens_to_the_resource_that_is_named(
    tenant: AzureTenant, change: str, name: str, kind: str, field: str
) -> None:
    told = changes_of(tenant)[change](name=name)
    assert (told.name.lower(), told.kind, told.field) == (name.lower(), kind, field)
    changed = tenant.find(told.id)
    if field.startswith("tags."):
        assert changed is not None
        assert changed["tags"][field.removeprefix("tags.")] == told.after


@pytest.mark.parametrize("change", ["deallocate-vm", "set-tag", "delete-storage-account"])
def test_what_has_that_name_nowhere_cannot_be_changed(tenant: AzureTenant, change: str) -> None:
    before = everything(tenant)
    with pytest.raises(NothingToChange, match="ghost"):
        changes_of(tenant)[change](name="ghost")
    assert everything(tenant) == before


def test_a_change_of_the_secret_is_about_no_resource(tenant: AzureTenant) -> None:
    with pytest.raises(NothingToChange, match="leave out the name 'api-1'"):
        changes_of(tenant)["expire-secret"](name="api-1")
    changes_of(tenant)["expire-secret"]()


def test_the_same_seed_makes_the_same_tenant(tenant: AzureTenant) -> None:
    other = AzureTenant()
    furnish(other)
    assert everything(other) == everything(tenant)


def test_another_process_can_ask_what_this_is_and_for_changes(tenant: AzureTenant) -> None:
    told = json.loads(asked(tenant, "GET", "/sandbox").body)
    assert (told["cloud"], told["changes"][0]) == ("azure", "deallocate-vm")
    usual = asked(tenant, "POST", "/sandbox/changes", {"name": None})
    assert json.loads(usual.body)["change"] == "deallocate-vm"
    assert asked(tenant, "POST", "/sandbox/changes", {"name": "deallocate-vm"}).status == 409
    assert asked(tenant, "POST", "/sandbox/changes", {"name": "explode"}).status == 404
    named = asked(
        tenant, "POST", "/sandbox/changes", {"name": "deallocate-vm", "resource": "dev-1"}
    )
    assert json.loads(named.body)["name"] == "dev-1"
    assert sandbox_reply(Request(method="GET", path="/"), cloud="azure", changes={}) is None
