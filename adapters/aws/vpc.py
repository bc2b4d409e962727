"""VPCs, region by region."""

from collections.abc import Iterator

from adapters.aws.calls import ask_pages
from adapters.aws.session import AwsSession
from adapters.aws.shapes import Place, Reading, read_vpc

_LARGEST_PAGE = 1000


def list_vpcs(session: AwsSession, place: Place) -> Iterator[Reading]:
    """Yield every VPC that the account sees in a region, those shared with it included."""
    ec2 = session.client("ec2", place.region)
    for page in ask_pages(ec2, "describe_vpcs", of="Vpcs", page_size=_LARGEST_PAGE):
        for payload in page:
            yield read_vpc(payload, place=place)
