"""Small things that happen to the demo tenant while nobody looks."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from entrypoints.sandbox.azure.ids import GROUP, MACHINE, STORAGE
from entrypoints.sandbox.azure.resources import instance_view
from entrypoints.sandbox.azure.tenant import CLIENT_ID, CLIENT_SECRET, AzureTenant, Document
from entrypoints.sandbox.happening import Change, Happening, NothingToChange, to_no_resource

_KINDS: Final = {
    MACHINE.lower(): "azure_virtual_machine",
    STORAGE.lower(): "azure_storage_account",
    GROUP.lower(): "azure_resource_group",
}


def changes_of(tenant: AzureTenant) -> Mapping[str, Change]:
    """Return each change by its name; the first is what the demo uses."""
    return {
        "deallocate-vm": partial(deallocate_machine, tenant),
        "retag-vm": partial(retag_machine, tenant),
        "set-tag": partial(set_tag, tenant),
        "delete-storage-account": partial(delete_storage_account, tenant),
        "expire-secret": to_no_resource(partial(expire_secret, tenant)),
        "renew-secret": to_no_resource(partial(renew_secret, tenant)),
    }


def deallocate_machine(tenant: AzureTenant, *, name: str | None = None) -> Happening:
    """Switch off a running machine, api-1 or another, so that it costs nothing but its disk."""
    with tenant.lock:
        machine = _named(tenant, name or "api-1", MACHINE)
        if machine["properties"]["instanceView"] != instance_view("running"):
            raise NothingToChange(f"There is no running machine {machine['name']}.")
        view = {"instanceView": instance_view("deallocated")}
        tenant.put({**machine, "properties": machine["properties"] | view})
    return _of(machine, "deallocate-vm", "status", before="running", after="deallocated")


def retag_machine(tenant: AzureTenant, *, name: str | None = None) -> Happening:
    """Hand a machine, build-1 or another, over to another team."""
    with tenant.lock:
        machine = _named(tenant, name or "build-1", MACHINE)
        before = _tag(tenant, machine, "team", "storefront")
    return _of(machine, "retag-vm", "tags.team", before=before, after="storefront")


def set_tag(tenant: AzureTenant, *, name: str | None = None) -> Happening:
    """Tag a machine, storage account or resource group, as people do who look after it by hand."""
    with tenant.lock:
        resource = _named(tenant, name or "shopapimedia", MACHINE, STORAGE, GROUP)
        before = _tag(tenant, resource, "checked", "by-hand")
    return _of(resource, "set-tag", "tags.checked", before=before, after="by-hand")


def delete_storage_account(tenant: AzureTenant, *, name: str | None = None) -> Happening:
    """Delete a storage account: the one that nobody remembers, or another."""
    with tenant.lock:
        account = _named(tenant, name or "oldwebsitebackup", STORAGE)
        tenant.remove(account["id"])
    return _of(account, "delete-storage-account", "state", before="active", after="missing")


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


def _of(
    resource: Document, change: str, field: str, *, before: str | None, after: str | None
) -> Happening:
    return Happening(
        change=change,
        kind=next(
            kind for type_, kind in _KINDS.items() if type_.lower() == resource["type"].lower()
        ),
        region=resource["location"],
        id=resource["id"].lower(),
        name=resource["name"],
        field=field,
        before=before,
        after=after,
    )


def _tag(tenant: AzureTenant, resource: Document, name: str, value: str) -> str | None:
    """Write a tag, and return what it was."""
    tags = resource.get("tags") or {}
    tenant.put({**resource, "tags": {**tags, name: value}})
    return tags.get(name)


def _named(tenant: AzureTenant, name: str, *kinds: str) -> Document:
    """Return what has that name, in any spelling; of several the first of the first kind."""
    for kind in kinds:
        for document in tenant.listed("/subscriptions", kind):
            if document["name"].lower() == name.lower():
                return document
    raise NothingToChange(f"There is no {' or '.join(kinds)} {name} any more.")
