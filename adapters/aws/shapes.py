"""What AWS's records mean: from a payload to a resource, pure and lenient."""

from dataclasses import dataclass
from typing import Any, TypeAlias

from adapters.clouds.record import Record
from domain.errors import InvalidValue
from domain.inventory import ExternalId, Json, ObservedResource, Tags, UnreadableRecord

Reading: TypeAlias = ObservedResource | UnreadableRecord

_OVER = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a record was read."""

    partition: str
    account: str
    region: str

    def arn(self, service: str, owner: str | None, resource: str) -> str:
        """Return the ARN of *resource*, which belongs to *owner*, or to the account if unknown."""
        return f"arn:{self.partition}:{service}:{self.region}:{owner or self.account}:{resource}"


def read_instance(payload: object, *, owner: object, place: Place) -> Reading | None:
    """Return the EC2 instance that *payload* describes; None if it is over.

    LaunchTime is when it was last started, not when it was made: it is an attribute, and the
    time of creation stays unknown.
    """
    record = Record(payload)
    identity = record.identity("InstanceId")
    if identity is None:
        return _unreadable("an EC2 instance", "InstanceId", place)
    status = record.text("State.Name", expected=True)
    if status == _OVER:
        return None
    tags = record.tags()
    owned_by = owner if isinstance(owner, str) else None
    return _resource(
        record,
        identity,
        name=tags.get("Name") or None,
        region=place.region,
        status=status,
        uri=place.arn("ec2", owned_by, f"instance/{identity}"),
        tags=tags,
        attributes=_instance_attributes(record),
    )


def read_vpc(payload: object, *, place: Place) -> Reading:
    """Return the VPC that *payload* describes; a shared one carries its owner's ARN."""
    record = Record(payload)
    identity = record.identity("VpcId")
    if identity is None:
        return _unreadable("a VPC", "VpcId", place)
    tags = record.tags()
    owner = record.text("OwnerId")
    return _resource(
        record,
        identity,
        name=tags.get("Name") or None,
        region=place.region,
        status=record.text("State", expected=True),
        uri=place.arn("ec2", owner, f"vpc/{identity}"),
        tags=tags,
        attributes=_vpc_attributes(record, owner, place),
    )


def read_bucket(
    payload: object,
    *,
    region: str | None,
    tags: Tags | None,
    oddities: tuple[str, ...],
    place: Place,
) -> Reading:
    """Return the S3 bucket that *payload* names, with what was learned about it elsewhere."""
    record = Record(payload)
    name = record.identity("Name")
    if name is None:
        return _unreadable("an S3 bucket", "Name", place)
    for oddity in oddities:
        record.note(oddity)
    return _resource(
        record,
        name,
        name=name,
        region=region,
        uri=f"arn:{place.partition}:s3:::{name}",
        created_at=record.moment("CreationDate"),
        tags=tags,
    )


def _resource(record: Record, identity: str, **fields: Any) -> Reading:  # noqa: ANN401 - its fields
    try:
        return ObservedResource(
            external_id=ExternalId(identity), oddities=record.oddities, **fields
        )
    except InvalidValue as error:
        return UnreadableRecord(reason=str(error))


def _unreadable(what: str, key: str, place: Place) -> UnreadableRecord:
    return UnreadableRecord(reason=f"AWS listed {what} without {key} in {place.region}.")


_INSTANCE_TEXTS = {
    "private_ip": "PrivateIpAddress",
    "public_ip": "PublicIpAddress",
    "vpc_id": "VpcId",
    "subnet_id": "SubnetId",
    "platform": "PlatformDetails",
    "architecture": "Architecture",
    "lifecycle": "InstanceLifecycle",
    "iam_instance_profile": "IamInstanceProfile.Arn",
    "image_id": "ImageId",
    "key_name": "KeyName",
}


def _instance_attributes(record: Record) -> dict[str, Json]:
    launched = record.moment("LaunchTime")
    found: dict[str, Json] = {
        "instance_type": record.text("InstanceType", expected=True),
        "availability_zone": record.text("Placement.AvailabilityZone", expected=True),
        "launched_at": launched.isoformat() if launched else record.text("LaunchTime"),
    }
    found.update({name: record.text(path) for name, path in _INSTANCE_TEXTS.items()})
    return _known(found)


def _vpc_attributes(record: Record, owner: str | None, place: Place) -> dict[str, Json]:
    found: dict[str, Json] = {
        "cidr_blocks": _blocks(record, "CidrBlockAssociationSet", "CidrBlock"),
        "ipv6_cidr_blocks": _blocks(record, "Ipv6CidrBlockAssociationSet", "Ipv6CidrBlock"),
        "is_default": record.flag("IsDefault"),
        "owner_id": owner,
        "shared": owner is not None and owner != place.account,
    }
    return _known(found)


def _blocks(record: Record, path: str, key: str) -> list[Json] | None:
    """Return the address blocks, sorted: AWS promises no order, and order is no change."""
    associated = (each.text(key) for each in record.records(path))
    blocks = {block for block in (*associated, record.text(key)) if block}
    return [*sorted(blocks)] or None


def _known(attributes: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in attributes.items() if value is not None}
