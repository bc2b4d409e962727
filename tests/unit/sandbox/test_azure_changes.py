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


@pytest.mark.parametrize("name", ["deallocate-vm", "retag-vm", "delete-storage-account"])
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
    assert sandbox_reply(Request(method="GET", path="/"), cloud="azure", changes={}) is None
