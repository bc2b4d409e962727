"""What one AWS account contains right now."""

from collections.abc import Callable, Iterator, Sequence

from adapters.aws.ec2 import list_instances
from adapters.aws.regions import enabled_regions
from adapters.aws.s3 import list_buckets
from adapters.aws.session import AwsSession
from adapters.aws.shapes import Place, Reading
from adapters.aws.vpc import list_vpcs
from adapters.clouds.once import Once
from application.ports.clouds import CloudInventory
from application.ports.errors import AccessDenied, CredentialsExpired, PortError
from domain.accounts import AccountId
from domain.inventory import EVERYWHERE, Location, ResourceKind, Scope

_LISTINGS: dict[ResourceKind, Callable[[AwsSession, Place], Iterator[Reading]]] = {
    ResourceKind.AWS_EC2_INSTANCE: list_instances,
    ResourceKind.AWS_S3_BUCKET: list_buckets,
    ResourceKind.AWS_VPC: list_vpcs,
}
_WHOLE_ACCOUNT = frozenset({ResourceKind.AWS_S3_BUCKET})


class AwsInventory(CloudInventory):
    """Lists each kind in each enabled region, and buckets once for the whole account."""

    def __init__(self, *, session: AwsSession) -> None:
        self._session = session
        self._enabled = Once(lambda: enabled_regions(session))

    def account_id(self) -> AccountId:
        """Return the account that STS says the key, or its role, belongs to."""
        return self._session.identity().account

    def locations(self, kind: ResourceKind) -> Sequence[Location]:
        """Return the regions the credential is limited to, else every enabled one.

        A chosen region that turns out not to be enabled stays: its listing says so.
        """
        if kind in _WHOLE_ACCOUNT:
            return (EVERYWHERE,)
        regions = self._session.chosen_regions or self._enabled_regions()
        return tuple(map(Location, regions))

    def list_resources(self, scope: Scope) -> Iterator[Reading]:
        """Yield everything in *scope*.

        AWS answers "bad key" also where a region is not enabled; who we are decides which it is.
        """
        if scope.location != EVERYWHERE:
            self._must_be_enabled(scope.location)
        try:
            yield from _LISTINGS[scope.kind](self._session, self._place(scope.location))
        except CredentialsExpired as refused:
            place = self._session.home if scope.location == EVERYWHERE else scope.location
            raise self._local(refused, place) from refused

    def _place(self, location: Location) -> Place:
        who = self._session.identity()
        return Place(partition=who.partition, account=who.account, region=location)

    def _enabled_regions(self) -> tuple[str, ...]:
        try:
            return self._enabled()
        except CredentialsExpired as refused:
            raise self._local(refused, self._session.home) from refused

    def _must_be_enabled(self, region: str) -> None:
        try:
            enabled = self._enabled()
        except PortError:
            return  # then the listing itself will tell
        if region not in enabled:
            raise _not_enabled(region)

    def _local(self, refused: CredentialsExpired, region: str) -> AccessDenied:
        """Return what a refused key means in *region* when AWS accepts it elsewhere.

        Raises:
            CredentialsExpired: it accepts it nowhere.
        """
        self._session.ask_identity()
        return _not_enabled(region, said=f" ({refused.summary})")


def _not_enabled(region: str, *, said: str = "") -> AccessDenied:
    return AccessDenied(
        f"The region {region} is not enabled for this account, or is closed to this key{said}.",
        remedy=f"Enable {region} for the account, or leave it out of the credential's regions.",
    )
