"""Small things that happen to the demo tenant while nobody looks."""

from collections.abc import Mapping
from functools import partial

from entrypoints.sandbox.azure.ids import MACHINE, STORAGE
from entrypoints.sandbox.azure.resources import instance_view
from entrypoints.sandbox.azure.tenant import CLIENT_ID, CLIENT_SECRET, AzureTenant, Document
from entrypoints.sandbox.happening import Happening, NothingToChange
from entrypoints.sandbox.rest.changes import Change


def changes_of(tenant: AzureTenant) -> Mapping[str, Change]:
    """Return each change by its name; the first is what the demo uses."""
    return {
        "deallocate-vm": partial(deallocate_machine, tenant),
        "retag-vm": partial(retag_machine, tenant),
        "delete-storage-account": partial(delete_storage_account, tenant),
        "expire-secret": partial(expire_secret, tenant),
        "renew-secret": partial(renew_secret, tenant),
    }


def deallocate_machine(tenant: AzureTenant) -> Happening:
    """Switch off the running machine api-1, so that it costs nothing but its disk."""
    machine = _named(tenant, MACHINE, "api-1")
    if machine["properties"]["instanceView"] != instance_view("running"):
        raise NothingToChange("There is no running machine api-1.")
    view = {"instanceView": instance_view("deallocated")}
    tenant.put({**machine, "properties": machine["properties"] | view})
    return Happening(
        change="deallocate-vm",
        kind="azure_virtual_machine",
        region=machine["location"],
        id=machine["id"].lower(),
        name=machine["name"],
        field="status",
        before="running",
        after="deallocated",
    )


def retag_machine(tenant: AzureTenant) -> Happening:
    """Hand the machine build-1 over to another team."""
    machine = _named(tenant, MACHINE, "build-1")
    before = machine["tags"]["team"]
    tenant.put({**machine, "tags": {**machine["tags"], "team": "storefront"}})
    return Happening(
        change="retag-vm",
        kind="azure_virtual_machine",
        region=machine["location"],
        id=machine["id"].lower(),
        name=machine["name"],
        field="tags.team",
        before=before,
        after="storefront",
    )


def delete_storage_account(tenant: AzureTenant) -> Happening:
    """Delete the storage account that nobody remembers."""
    account = _named(tenant, STORAGE, "oldwebsitebackup")
    tenant.remove(account["id"])
    return Happening(
        change="delete-storage-account",
        kind="azure_storage_account",
        region=account["location"],
        id=account["id"].lower(),
        name=account["name"],
        field="state",
        before="active",
        after="missing",
    )


def expire_secret(tenant: AzureTenant) -> Happening:
    """Let the secret of the credential be too old, and every token with it."""
    if not tenant.directory.expire_secret(CLIENT_ID):
        raise NothingToChange("The secret is expired already.")
    return _of_the_secret("expire-secret", before="valid", after="expired")


def renew_secret(tenant: AzureTenant) -> Happening:
    """Let the secret be good again, as if somebody had made a new one and called it the same."""
    tenant.directory.register(CLIENT_ID, CLIENT_SECRET)
    return _of_the_secret("renew-secret", before="expired", after="valid")


def _of_the_secret(change: str, *, before: str, after: str) -> Happening:
    return Happening(
        change=change,
        kind="credential",
        region="global",
        id=CLIENT_ID,
        name=CLIENT_ID,
        field="secret",
        before=before,
        after=after,
    )


def _named(tenant: AzureTenant, kind: str, name: str) -> Document:
    for subscription in tenant.subscriptions():
        for document in tenant.listed(f"/subscriptions/{subscription.id}", kind):
            if document["name"] == name:
                return document
    raise NothingToChange(f"There is no {kind} {name} any more.")
