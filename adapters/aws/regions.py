"""Where an account can have anything at all."""

from adapters.aws.calls import ask, operation_of
from adapters.aws.errors import unreadable
from adapters.aws.session import AwsSession

_ENABLED = [{"Name": "opt-in-status", "Values": ["opt-in-not-required", "opted-in"]}]


def enabled_regions(session: AwsSession) -> tuple[str, ...]:
    """Return the regions that are enabled for the account, in alphabetical order.

    Raises:
        PortError: AWS did not say.
    """
    ec2 = session.client("ec2", session.home)
    regions = ask(ec2, "describe_regions", Filters=_ENABLED).get("Regions")
    if not isinstance(regions, list) or not regions:  # no account is without any
        raise unreadable(operation_of(ec2, "describe_regions"), lacking="Regions")
    return tuple(sorted({each["RegionName"] for each in regions if each.get("RegionName")}))
