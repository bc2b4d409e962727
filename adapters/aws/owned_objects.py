"""Finding by their tags the objects of EC2 that are ours."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.aws.calls import Client, ask_pages, operation_of
from adapters.aws.errors import unreadable
from adapters.aws.session import AwsSession
from adapters.clouds.record import Record
from application.ports.owned_objects import OwnedObject, OwnedObjects, Ownership
from domain.ownership import INSTALLATION_TAG, RESOURCE_TAG
from domain.terraform import Address

UNKNOWN: Final = Address("unknown")
"""What an object is in the module when its tag does not say: no address that there could be."""

_LARGEST_PAGE: Final = 1000
_NOT_GOING: Final = ("pending", "running", "stopping", "stopped")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Listing:
    """How the objects of one type are listed."""

    method: str
    of: str
    identity: str
    within: str | None = None
    """What each record of a page has them listed under, if they are not the records."""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)


_LISTINGS: Final = (
    _Listing(
        method="describe_instances",
        of="Reservations",
        within="Instances",
        identity="InstanceId",
        filters={"instance-state-name": _NOT_GOING},
    ),
    _Listing(method="describe_vpcs", of="Vpcs", identity="VpcId"),
    _Listing(method="describe_subnets", of="Subnets", identity="SubnetId"),
    _Listing(method="describe_security_groups", of="SecurityGroups", identity="GroupId"),
)


class AwsOwnedObjects(OwnedObjects):
    """Asks EC2 for the types whose ids it chooses itself; a bucket is found by its name."""

    def __init__(self, *, session: AwsSession) -> None:
        self._session = session

    def find(self, ownership: Ownership, *, region: str) -> Sequence[OwnedObject]:
        """Return what carries the tags, type by type; instances that are terminated are not."""
        ec2 = self._session.client("ec2", region)
        return tuple(
            _owned(ec2, record, listing)
            for listing in _LISTINGS
            for record in _records(ec2, listing, ownership)
        )


def _records(ec2: Client, listing: _Listing, ownership: Ownership) -> Iterator[Record]:
    wanted = {
        f"tag:{INSTALLATION_TAG}": (ownership.installation,),
        f"tag:{RESOURCE_TAG}": (str(ownership.resource_id),),
        **listing.filters,
    }
    filters = [{"Name": name, "Values": list(values)} for name, values in wanted.items()]
    for page in ask_pages(
        ec2, listing.method, of=listing.of, page_size=_LARGEST_PAGE, Filters=filters
    ):
        for payload in page:
            yield from map(Record, _within(ec2, payload, listing))


def _within(ec2: Client, payload: object, listing: _Listing) -> list[object]:
    if listing.within is None:
        return [payload]
    found = payload.get(listing.within) if isinstance(payload, Mapping) else None
    if not isinstance(found, list):
        raise unreadable(operation_of(ec2, listing.method), lacking=listing.within)
    return found


def _owned(ec2: Client, record: Record, listing: _Listing) -> OwnedObject:
    """Return what *record* describes.

    Raises:
        Unavailable: it names no object. To pass it by would be to forget what is ours.
    """
    cloud_id = record.identity(listing.identity)
    if cloud_id is None:
        raise unreadable(operation_of(ec2, listing.method), lacking=listing.identity)
    address = record.tags().get("multi-cloud-address")
    return OwnedObject(address=Address(address) if address else UNKNOWN, cloud_id=cloud_id)
