"""What one Google Cloud project contains right now."""

from collections.abc import Iterator, Sequence

from adapters.clouds.once import Once
from adapters.gcp.buckets import list_buckets
from adapters.gcp.instances import Instances
from adapters.gcp.networks import list_networks
from adapters.gcp.session import GcpSession
from adapters.gcp.shapes import Reading
from adapters.gcp.zones import all_zones
from application.ports.clouds import CloudInventory
from domain.accounts import AccountId
from domain.inventory import EVERYWHERE, Location, ResourceKind, Scope

_WHOLE_PROJECT = {
    ResourceKind.GCP_STORAGE_BUCKET: list_buckets,
    ResourceKind.GCP_NETWORK: list_networks,
}


class GcpInventory(CloudInventory):
    """Lists instances in each zone, and buckets and networks once for the whole project."""

    def __init__(self, *, session: GcpSession) -> None:
        self._session = session
        self._instances = Instances(session)
        self._zones = Once(self._all_zones)

    def account_id(self) -> AccountId:
        """Return the project of the credential, once Google has accepted the key."""
        return self._session.identity()

    def locations(self, kind: ResourceKind) -> Sequence[Location]:
        """Return every zone that the project may use or has instances in, for instances."""
        if kind in _WHOLE_PROJECT:
            return (EVERYWHERE,)
        return tuple(map(Location, self._zones()))

    def list_resources(self, scope: Scope) -> Iterator[Reading]:
        """Yield everything in *scope*.

        The zones share one list of all instances; a zone that is listed a second time is asked
        for anew.
        """
        if scope.kind in _WHOLE_PROJECT:
            return _WHOLE_PROJECT[scope.kind](self._session)
        return self._instances.list_zone(scope.location)

    def _all_zones(self) -> tuple[str, ...]:
        """Return the zones in alphabetical order.

        Zones that are being given up are no longer named, but what is in them is.
        """
        named = all_zones(self._session)
        return tuple(sorted({*named, *self._instances.zones()}))
