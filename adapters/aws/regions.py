"""Where an account can have anything at all."""

from adapters.aws.calls import ask, operation_of
from adapters.aws.errors import unreadable
from adapters.aws.session import AwsSession
from adapters.clouds.record import Record

_ENABLED = [{"Name": "opt-in-status", "Values": ["opt-in-not-required", "opted-in"]}]


def enabled_regions(session: AwsSession) -> tuple[str, ...]:
    """Return the regions that are enabled for the account, in alphabetical order.

    Raises:
        PortError: AWS did not say.
    """
    ec2 = session.client("ec2", session.home)
    names = region_names(ask(ec2, "describe_regions", Filters=_ENABLED))
    if not names:  # no account is without any
        raise unreadable(operation_of(ec2, "describe_regions"), lacking="Regions")
    return names


def region_names(answer: object) -> tuple[str, ...]:
    """Return the regions that *answer* names, in alphabetical order; odd entries are passed by."""
    named = (region.identity("RegionName") for region in Record(answer).records("Regions"))
    return tuple(sorted({name for name in named if name}))
