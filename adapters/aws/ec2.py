"""EC2 instances, region by region."""

from collections.abc import Iterator, Mapping

from adapters.aws.calls import ask_pages
from adapters.aws.session import AwsSession
from adapters.aws.shapes import Place, Reading, read_instance
from domain.inventory import UnreadableRecord

_LARGEST_PAGE = 1000


def list_instances(session: AwsSession, place: Place) -> Iterator[Reading]:
    """Yield every instance of a region that is not over."""
    ec2 = session.client("ec2", place.region)
    for page in ask_pages(ec2, "describe_instances", of="Reservations", page_size=_LARGEST_PAGE):
        for reservation in page:
            yield from _instances(reservation, place)


def _instances(reservation: object, place: Place) -> Iterator[Reading]:
    found = reservation.get("Instances") if isinstance(reservation, Mapping) else None
    if not isinstance(reservation, Mapping) or not isinstance(found, list):
        yield UnreadableRecord(
            reason=f"AWS listed a reservation without instances in {place.region}."
        )
        return
    for payload in found:
        instance = read_instance(payload, owner=reservation.get("OwnerId"), place=place)
        if instance is not None:
            yield instance
