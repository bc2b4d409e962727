"""A cloud in memory: keeps what tests put into it, and fails when told to."""

from collections.abc import Callable, Iterator, Sequence
from copy import copy, deepcopy
from datetime import timedelta
from threading import RLock

from adapters.fakes.cloud_contents import Fault, Place
from adapters.fakes.costs import FakeCosts
from application.diagnosis import trouble_from
from application.ports.clouds import CloudInventory, Clouds, HealthProbe
from application.ports.costs import CloudCosts
from application.ports.errors import AccessDenied, PortError, Rejected
from application.ports.owned_objects import OwnedObjects
from application.ports.terraform import ProviderEnvironment
from domain.accounts import AccountId, Credential, CredentialId, SealedSecret, SubAccountId
from domain.health import HealthCheck, Trouble, Witness, gravest
from domain.inventory import (
    ExternalId,
    Location,
    ObservedResource,
    ResourceKind,
    Scope,
    UnreadableRecord,
)


class FakeCloud(CloudInventory):
    """One cloud account in memory; every change and every fault is seen by the next request.

    A listing goes through the resources in the order of their ids and looks again before each
    of them, as paging does: what is there all the time is always seen.
    """

    def __init__(self, account_id: str = "111122223333") -> None:
        self.account = AccountId(account_id)
        self.listed: list[Scope] = []
        """Every listing that began, in order."""
        self._places: dict[tuple[ResourceKind, Location], Place] = {}
        self._faults: dict[object, Fault] = {}
        self._lock = RLock()

    def open(self, kind: ResourceKind, *locations: Location) -> None:
        """Offer *kind* in *locations*, where there may be nothing yet."""
        with self._lock:
            for location in locations:
                self._places.setdefault((kind, location), Place())

    def close(self, kind: ResourceKind, location: Location) -> None:
        """Offer *kind* in *location* no longer; what was there is gone."""
        with self._lock:
            self._places.pop((kind, location), None)

    def put(self, kind: ResourceKind, location: Location, *resources: ObservedResource) -> None:
        """Let *resources* exist, each in the place of one with the same id."""
        with self._lock:
            self.open(kind, location)
            for resource in resources:
                self._places[kind, location].put(resource)

    def put_unreadable(self, kind: ResourceKind, location: Location, reason: str) -> None:
        """Let the listing contain a record that names no resource."""
        with self._lock:
            self.open(kind, location)
            self._places[kind, location].unreadable.append(UnreadableRecord(reason=reason))

    def remove(self, kind: ResourceKind, location: Location, external_id: str) -> None:
        """Let the resource exist no longer.

        Raises:
            KeyError: there is none of this id.
        """
        with self._lock:
            self._places[kind, location].remove(ExternalId(external_id))

    def resources(self, kind: ResourceKind, location: Location) -> tuple[ObservedResource, ...]:
        """Return what truly exists, whatever the faults; nothing in a location not offered."""
        with self._lock:
            place = self._places.get((kind, location), Place())
            return tuple(deepcopy(each) for each in place.resources.values())

    def fail(
        self,
        kind: ResourceKind,
        location: Location,
        error: PortError,
        *,
        after: int = 0,
        times: int | None = None,
    ) -> None:
        """Let listings there raise *error* after that many records, for good or so many *times*.

        A listing with fewer records raises at its end.
        """
        self._faults[kind, location] = Fault(error, after, times)

    def fail_account(self, error: PortError, *, times: int | None = None) -> None:
        """Let the question for the account raise *error*; the probe fails with it too."""
        self._faults["account"] = Fault(error, left=times)

    def fail_locations(
        self, kind: ResourceKind, error: PortError, *, times: int | None = None
    ) -> None:
        """Let the question where *kind* may be raise *error*."""
        self._faults[kind] = Fault(error, left=times)

    def fail_probe(self, kind: ResourceKind, error: PortError) -> None:
        """Let the probe meet *error* when it looks at *kind*."""
        self._faults["probe", kind] = Fault(error)

    def heal(self) -> None:
        """Let nothing fail any more."""
        self._faults.clear()

    def meanwhile(
        self, kind: ResourceKind, location: Location, action: Callable[[], None], *, after: int
    ) -> None:
        """Do *action* once, in the midst of a listing, when it has yielded *after* records."""
        with self._lock:
            self.open(kind, location)
            self._places[kind, location].meanwhile[after] = action

    def account_id(self) -> AccountId:
        """Return the account."""
        self._strike("account")
        return self.account

    def locations(self, kind: ResourceKind) -> Sequence[Location]:
        """Return where *kind* is offered, in the order in which it was."""
        self._strike(kind)
        with self._lock:
            return tuple(location for known, location in self._places if known is kind)

    def list_resources(self, scope: Scope) -> Iterator[ObservedResource | UnreadableRecord]:
        """Yield what is there, until a fault strikes."""
        self.listed.append(scope)
        place = self._places.get((scope.kind, scope.location))
        if place is None:
            raise AccessDenied(f"{scope} is not offered to this account.")
        last, yielded = "", 0
        while (record := self._next(place, scope, last, yielded)) is not None:
            yield record
            last, yielded = record.external_id, yielded + 1
        yield from tuple(place.unreadable)
        self._strike((scope.kind, scope.location))

    def probe_kind(self, kind: ResourceKind) -> None:
        """Meet the fault that the probe is to meet at *kind*, if there is one."""
        self._strike(("probe", kind))

    def _next(self, place: Place, scope: Scope, last: str, yielded: int) -> ObservedResource | None:
        action = place.meanwhile.pop(yielded, None)
        if action is not None:
            action()
        self._strike((scope.kind, scope.location), yielded)
        with self._lock:
            return place.after(last)

    def _strike(self, where: object, yielded: int | None = None) -> None:
        with self._lock:
            fault = self._faults.get(where)
            if fault is not None and (yielded is None or yielded >= fault.after):
                fault.strike()


class FakeHealthProbe(HealthProbe):
    """Looks at a `FakeCloud`: who it is, then each kind of the given provider's."""

    def __init__(self, cloud: FakeCloud, kinds: Sequence[ResourceKind]) -> None:
        self._cloud = cloud
        self._kinds = kinds

    def check(self) -> HealthCheck:
        """Report what `fail_account` and `fail_probe` were told."""
        failure = self._trouble(self._cloud.account_id, None)
        if failure is not None:
            return HealthCheck(witness=Witness.PROBE, failure=failure)
        answers = [self._look_at(kind) for kind in self._kinds]
        troubles = tuple(trouble for trouble in answers if trouble is not None)
        if troubles and len(troubles) == len(answers):
            failure = gravest(troubles)
        latency = timedelta(milliseconds=1)
        return HealthCheck(
            witness=Witness.PROBE, failure=failure, troubles=troubles, latency=latency
        )

    def _look_at(self, kind: ResourceKind) -> Trouble | None:
        return self._trouble(lambda: self._cloud.probe_kind(kind), kind)

    def _trouble(self, ask: Callable[[], object], kind: ResourceKind | None) -> Trouble | None:
        try:
            ask()
        except PortError as error:
            return trouble_from(error, kind=kind)
        return None


class FakeClouds(Clouds):
    """Opens one `FakeCloud` per credential; a credential that was not connected is refused."""

    def __init__(self, connected: dict[CredentialId, FakeCloud] | None = None) -> None:
        self._connected = dict(connected or {})
        self._bills: dict[CredentialId, FakeCosts] = {}
        self._environments: dict[CredentialId, ProviderEnvironment | PortError] = {}
        self._owned: dict[CredentialId, OwnedObjects] = {}

    def connect(self, credential_id: CredentialId, cloud: FakeCloud) -> FakeCloud:
        """Let the credential open *cloud* from now on, and return it."""
        self._connected[credential_id] = cloud
        return cloud

    def bill(self, credential_id: CredentialId, costs: FakeCosts) -> FakeCosts:
        """Let the credential be charged *costs* from now on, and return them."""
        self._bills[credential_id] = costs
        return costs

    def equip(
        self, credential_id: CredentialId, environment: ProviderEnvironment | PortError
    ) -> None:
        """Let Terraform get *environment* with the credential from now on, or that error."""
        self._environments[credential_id] = environment

    def tag(self, credential_id: CredentialId, owned: OwnedObjects) -> None:
        """Let the credential find our objects in *owned* from now on."""
        self._owned[credential_id] = owned

    def inventory(self, credential: Credential, secret: SealedSecret) -> CloudInventory:  # noqa: ARG002 - a fake needs no key
        """Return the cloud that was connected."""
        return self._cloud(credential)

    def probe(self, credential: Credential, secret: SealedSecret) -> HealthProbe:  # noqa: ARG002 - a fake needs no key
        """Return a probe of the cloud that was connected."""
        return FakeHealthProbe(self._cloud(credential), ResourceKind.of(credential.provider))

    def costs(self, credential: Credential, secret: SealedSecret) -> CloudCosts | None:  # noqa: ARG002 - a fake needs no key
        """Return the bill; None without one."""
        self._cloud(credential)
        return self._bills.get(credential.id)

    def provider_environment(
        self,
        credential: Credential,
        secret: SealedSecret,  # noqa: ARG002 - a fake needs no key
    ) -> ProviderEnvironment:
        """Return what `equip` was told; if nothing, what opens the account without a variable."""
        bare = ProviderEnvironment(
            sub_account_id=SubAccountId(self._cloud(credential).account), variables={}
        )
        found = self._environments.get(credential.id, bare)
        if isinstance(found, PortError):
            raise copy(found)
        return found

    def owned_objects(self, credential: Credential, secret: SealedSecret) -> OwnedObjects | None:  # noqa: ARG002 - a fake needs no key
        """Return what `tag` was told; None if nothing."""
        self._cloud(credential)
        return self._owned.get(credential.id)

    def _cloud(self, credential: Credential) -> FakeCloud:
        cloud = self._connected.get(credential.id)
        if cloud is None:
            raise Rejected(
                f"The secret of credential {credential.name} cannot be used.",
                remedy="Enter the credential again.",
            )
        return cloud
