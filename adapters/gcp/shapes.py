"""What Google Cloud's records mean: from a payload to a resource, pure and lenient."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from adapters.clouds.record import Record
from domain.errors import InvalidValue
from domain.inventory import EVERYWHERE, ExternalId, Json, ObservedResource, UnreadableRecord

Reading: TypeAlias = ObservedResource | UnreadableRecord

_WORDS = {"TERMINATED": "stopped"}
"""Google calls an instance terminated that is stopped and can be started again."""


def region_of(zone: str) -> str:
    """Return the region of *zone*: `europe-west1` of `europe-west1-b`."""
    return zone.rpartition("-")[0] or zone


def read_instance(payload: object, *, zone: str) -> Reading:
    """Return the compute instance that *payload*, read in *zone*, describes.

    Its status is Google's word in lower case; where we say another one, the attribute
    `gcp_status` has Google's.
    """
    record = Record(payload)
    identity = _number(record)
    if identity is None:
        return _unreadable("a compute instance", "id", zone)
    said = record.text("status", expected=True)
    return _resource(
        record,
        identity,
        name=record.text("name", expected=True),
        region=region_of(zone),
        status=_WORDS.get(said, said.lower()) if said else None,
        uri=record.text("selfLink", expected=True),
        created_at=record.moment("creationTimestamp"),
        tags=record.labels("labels"),
        attributes=_instance_attributes(record, zone, said),
    )


def read_network(payload: object) -> Reading:
    """Return the network that *payload* describes; its region is `global`, as Google has it."""
    record = Record(payload)
    identity = _number(record)
    if identity is None:
        return _unreadable("a network", "id", "the project")
    return _resource(
        record,
        identity,
        name=record.text("name", expected=True),
        region=str(EVERYWHERE),
        uri=record.text("selfLink", expected=True),
        created_at=record.moment("creationTimestamp"),
        attributes=_network_attributes(record),
    )


def read_bucket(payload: object) -> Reading:
    """Return the storage bucket that *payload* describes; its region is where its data is."""
    record = Record(payload)
    name = record.identity("name")
    if name is None:
        return _unreadable("a storage bucket", "name", "the project")
    place = record.text("location", expected=True)
    return _resource(
        record,
        name,
        name=name,
        region=place.lower() if place else None,
        uri=f"gs://{name}",
        created_at=record.moment("timeCreated"),
        tags=record.labels("labels"),
        attributes=_bucket_attributes(record),
    )


def _number(record: Record) -> str | None:
    """Return the number that identifies the record; it has 64 bits and is sent as text."""
    identity = record.identity("id")
    if identity is not None:
        return identity
    number = record.number("id")
    return None if number is None else str(number)


def _resource(record: Record, identity: str, **fields: Any) -> Reading:  # noqa: ANN401 - its fields
    try:
        return ObservedResource(
            external_id=ExternalId(identity), oddities=record.oddities, **fields
        )
    except InvalidValue as error:
        return UnreadableRecord(reason=str(error))


def _unreadable(what: str, key: str, place: str) -> UnreadableRecord:
    return UnreadableRecord(reason=f"Google Cloud listed {what} without {key} in {place}.")


def _instance_attributes(record: Record, zone: str, status: str | None) -> dict[str, Json]:
    machine_type = record.text("machineType", expected=True)
    started = record.moment("lastStartTimestamp")
    model = record.text("scheduling.provisioningModel")
    interfaces = record.records("networkInterfaces")
    found: dict[str, Json] = {
        "zone": zone,
        "gcp_status": status if status in _WORDS else None,
        "machine_type": _last(machine_type) if machine_type else None,
        "provisioning_model": model.lower() if model else None,
        "preemptible": record.flag("scheduling.preemptible"),
        "launched_at": started.isoformat() if started else record.text("lastStartTimestamp"),
        "deletion_protection": record.flag("deletionProtection"),
        "ip_forwarding": record.flag("canIpForward"),
        "network_tags": _sorted(record.texts("tags.items")),
        "service_accounts": _texts_of(record.records("serviceAccounts"), "email"),
        "disks": len(record.records("disks")) or None,
        **_addresses(interfaces),
    }
    return _known(found)


def _addresses(interfaces: list[Record]) -> dict[str, Json]:
    outside = [each for interface in interfaces for each in interface.records("accessConfigs")]
    subnetworks = [interface.text("subnetwork") for interface in interfaces]
    networks = [interface.text("network") for interface in interfaces]
    return {
        "private_ips": _texts_of(interfaces, "networkIP"),
        "public_ips": _texts_of(outside, "natIP"),
        "ipv6_addresses": _texts_of(interfaces, "ipv6Address"),
        "networks": _sorted([_last(link) for link in networks if link]),
        "subnetworks": _sorted([_regional(link) for link in subnetworks if link]),
    }


def _network_attributes(record: Record) -> dict[str, Json]:
    peers = (each.text("network") for each in record.records("peerings"))
    found: dict[str, Json] = {
        "auto_create_subnetworks": record.flag("autoCreateSubnetworks"),
        "routing_mode": record.text("routingConfig.routingMode"),
        "mtu": record.number("mtu"),
        "subnetworks": _sorted(map(_regional, record.texts("subnetworks"))),
        "peered_networks": _sorted(_in_project(link) for link in peers if link),
        "legacy_ipv4_range": record.text("IPv4Range"),
        "description": record.text("description"),
    }
    return _known(found)


def _bucket_attributes(record: Record) -> dict[str, Json]:
    access = "iamConfiguration"
    found: dict[str, Json] = {
        "storage_class": record.text("storageClass", expected=True),
        "location_type": record.text("locationType"),
        "versioning": record.flag("versioning.enabled"),
        "public_access_prevention": record.text(f"{access}.publicAccessPrevention"),
        "uniform_bucket_level_access": record.flag(f"{access}.uniformBucketLevelAccess.enabled"),
        "requester_pays": record.flag("billing.requesterPays"),
        "retention_seconds": record.number("retentionPolicy.retentionPeriod"),
        "kms_key": record.text("encryption.defaultKmsKeyName"),
    }
    return _known(found)


def _texts_of(records: Iterable[Record], path: str) -> list[Json] | None:
    return _sorted([text for each in records if (text := each.text(path))])


def _sorted(texts: Iterable[str]) -> list[Json] | None:
    """Return *texts*, each once and sorted: Google promises no order, and order is no change."""
    found = {*texts}
    return [*sorted(found)] if found else None


def _last(link: str) -> str:
    """Return what a link is about: `e2-small` of `.../machineTypes/e2-small`."""
    return link.rpartition("/")[2] or link


def _regional(link: str) -> str:
    """Return `region/name` of `.../regions/region/subnetworks/name`."""
    steps = link.split("/")
    return f"{steps[-3]}/{steps[-1]}" if len(steps) > 3 else link  # noqa: PLR2004 - the link's parts


def _in_project(link: str) -> str:
    """Return `project/name` of `.../projects/project/global/networks/name`."""
    steps = link.split("/")
    return f"{steps[-4]}/{steps[-1]}" if len(steps) > 4 else link  # noqa: PLR2004 - the link's parts


def _known(attributes: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in attributes.items() if value is not None}
