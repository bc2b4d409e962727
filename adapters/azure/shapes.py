"""What Azure's records mean: from a payload to a resource, pure and lenient."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.clouds.record import Record
from domain.errors import InvalidValue
from domain.inventory import ExternalId, Json, ObservedResource, UnreadableRecord

Reading: TypeAlias = ObservedResource | UnreadableRecord

_GROUP = "/resourcegroups/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The addresses of one virtual machine; None where they could not be learned."""

    private: Iterable[str] | None = ()
    public: Iterable[str] | None = ()
    oddity: str | None = None
    """Why they could not be learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """Whether one virtual machine runs, as a list of its own tells it."""

    state: str | None = None
    """Such as `deallocated`; None while there is none, as when the machine is being made."""
    oddity: str | None = None
    """Why it could not be learned."""


def read_virtual_machine(
    payload: object, *, power: Power, addresses: Addresses, subscription: str
) -> Reading:
    """Return the virtual machine that *payload* describes."""
    record = Record(payload)
    identity = record.identity("id")
    if identity is None:
        return _unreadable("a virtual machine", subscription)
    for oddity in filter(None, (power.oddity, addresses.oddity)):
        record.note(oddity)
    return _resource(
        record,
        identity,
        status=power.state,
        created_at=record.moment("properties.timeCreated"),
        attributes=_machine_attributes(record, identity, addresses),
    )


def read_storage_account(payload: object, *, subscription: str) -> Reading:
    """Return the storage account that *payload* describes.

    Its status is whether its primary place answers: `available` or `unavailable`.
    """
    record = Record(payload)
    identity = record.identity("id")
    if identity is None:
        return _unreadable("a storage account", subscription)
    status = record.text("properties.statusOfPrimary") or record.text(
        "properties.provisioningState"
    )
    return _resource(
        record,
        identity,
        status=_lower(status),
        created_at=record.moment("properties.creationTime"),
        attributes=_account_attributes(record, identity),
    )


def read_resource_group(payload: object, *, subscription: str) -> Reading:
    """Return the resource group that *payload* describes; Azure does not say when it was made."""
    record = Record(payload)
    identity = record.identity("id")
    if identity is None:
        return _unreadable("a resource group", subscription)
    return _resource(
        record,
        identity,
        status=_lower(record.text("properties.provisioningState", expected=True)),
        attributes=_known({"managed_by": _lower(record.text("managedBy"))}),
    )


def interfaces_of(payload: object) -> tuple[str, ...]:
    """Return the lower-cased ids of the network interfaces of a virtual machine."""
    attached = Record(payload).records("properties.networkProfile.networkInterfaces")
    return tuple(name.lower() for each in attached if (name := each.identity("id")))


def _resource(record: Record, identity: str, **fields: Any) -> Reading:  # noqa: ANN401 - its fields
    name = record.text("name") or identity.rstrip("/").rpartition("/")[2]
    location = record.text("location", expected=True)
    tags = record.labels("tags")
    try:
        return ObservedResource(
            # Azure spells one id now in these letters, now in capitals.
            external_id=ExternalId(identity.lower()),
            name=name or None,
            region=location.replace(" ", "").lower() if location else None,
            uri=identity,
            tags=tags,
            oddities=record.oddities,
            **fields,
        )
    except InvalidValue as error:
        return UnreadableRecord(reason=str(error))


def _unreadable(what: str, subscription: str) -> UnreadableRecord:
    return UnreadableRecord(
        reason=f"Azure listed {what} without id in the subscription {subscription}."
    )


_MACHINE_TEXTS = {
    "vm_id": "properties.vmId",
    "os_type": "properties.storageProfile.osDisk.osType",
    "priority": "properties.priority",
    "eviction_policy": "properties.evictionPolicy",
    "license_type": "properties.licenseType",
    "provisioning_state": "properties.provisioningState",
}
_MACHINE_IDS = {
    "availability_set": "properties.availabilitySet.id",
    "scale_set": "properties.virtualMachineScaleSet.id",
    "managed_by": "managedBy",
}
_IMAGE = "properties.storageProfile.imageReference"


def _machine_attributes(record: Record, identity: str, addresses: Addresses) -> dict[str, Json]:
    image = ":".join(
        text for part in ("publisher", "offer", "sku") if (text := record.text(f"{_IMAGE}.{part}"))
    )
    found: dict[str, Json] = {
        "resource_group": _group(identity),
        "vm_size": record.text("properties.hardwareProfile.vmSize", expected=True),
        "image": image or _lower(record.text(f"{_IMAGE}.id")),
        "zones": _sorted(record.texts("zones")),
        "private_ips": _sorted(addresses.private),
        "public_ips": _sorted(addresses.public),
    }
    return _known(found | _texts(record, _MACHINE_TEXTS) | _ids(record, _MACHINE_IDS))


_ACCOUNT_TEXTS = {
    "sku": "sku.name",
    "kind": "kind",
    "access_tier": "properties.accessTier",
    "minimum_tls_version": "properties.minimumTlsVersion",
    "public_network_access": "properties.publicNetworkAccess",
    "network_default_action": "properties.networkAcls.defaultAction",
    "primary_location": "properties.primaryLocation",
    "secondary_location": "properties.secondaryLocation",
    "blob_endpoint": "properties.primaryEndpoints.blob",
    "provisioning_state": "properties.provisioningState",
}
_ACCOUNT_FLAGS = {
    "https_only": "properties.supportsHttpsTrafficOnly",
    "allow_blob_public_access": "properties.allowBlobPublicAccess",
    "allow_shared_key_access": "properties.allowSharedKeyAccess",
    "hierarchical_namespace": "properties.isHnsEnabled",
}


def _account_attributes(record: Record, identity: str) -> dict[str, Json]:
    found: dict[str, Json] = {"resource_group": _group(identity)}
    found |= {name: record.flag(path) for name, path in _ACCOUNT_FLAGS.items()}
    managed_by = {"managed_by": "managedBy"}
    return _known(found | _texts(record, _ACCOUNT_TEXTS) | _ids(record, managed_by))


def _texts(record: Record, paths: Mapping[str, str]) -> dict[str, Json]:
    return {name: record.text(path) for name, path in paths.items()}


def _ids(record: Record, paths: Mapping[str, str]) -> dict[str, Json]:
    """Return ids in lower case, as their case changes while they do not."""
    return {name: _lower(record.text(path)) for name, path in paths.items()}


def _group(identity: str) -> str | None:
    """Return the resource group's name, of which Azure keeps no one spelling either."""
    _, found, rest = identity.lower().partition(_GROUP)
    return rest.partition("/")[0] or None if found else None


def _lower(text: str | None) -> str | None:
    return text.lower() if text is not None else None


def _sorted(texts: Iterable[str] | None) -> list[Json] | None:
    """Return what is there, sorted: Azure promises no order, and order is no change."""
    return [*sorted(set(texts))] or None if texts is not None else None


def _known(attributes: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in attributes.items() if value is not None}
