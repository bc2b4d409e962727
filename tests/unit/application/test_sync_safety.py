"""Whatever a cloud does to us, what exists is never marked deleted, and all is right in the end."""

from contextlib import suppress
from datetime import timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.stopping import FakeStopping
from application.ports.errors import AccessDenied, PortError, Throttled, TimedOut, Unavailable
from domain.accounts import Credential
from domain.health import HealthStatus
from domain.inventory import EVERYWHERE, InventoryItem, ItemState, Location, ResourceKind
from tests.builders import BUCKET, INSTANCE, IRELAND, OHIO, VPC, a_resource
from tests.unit.application.world import World

PLACES = [(INSTANCE, IRELAND), (INSTANCE, OHIO), (BUCKET, EVERYWHERE), (VPC, IRELAND)]
places = st.sampled_from(PLACES)
names = st.sampled_from([f"r-{number}" for number in range(16)])
errors = st.sampled_from([Unavailable, Throttled, TimedOut, AccessDenied])
Place = tuple[ResourceKind, Location]


class CloudUnderFire(RuleBasedStateMachine):
    """A cloud that loses pages, throttles, denies regions and changes while we look at it."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.cloud = FakeCloud()
        for kind, location in PLACES:
            self.cloud.open(kind, location)
        self.credential: Credential = self.world.a_credential(cloud=self.cloud)

    @initialize(fleet=st.integers(min_value=0, max_value=16))
    def begin_with_a_fleet(self, fleet: int) -> None:
        for number in range(fleet):
            self.cloud.put(INSTANCE, IRELAND, a_resource(f"r-{number}"))
        self.sync()

    @rule(place=places, name=names, status=st.sampled_from(["running", "stopped"]))
    def something_is_created_or_changed(self, place: Place, name: str, status: str) -> None:
        self.cloud.put(*place, a_resource(name, status=status))

    @rule(place=places, gone=st.sets(names))
    def some_resources_are_removed(self, place: Place, gone: set[str]) -> None:
        for resource in self.cloud.resources(*place):
            if resource.external_id in gone:
                self.cloud.remove(*place, resource.external_id)

    @rule(place=places, error=errors, after=st.integers(0, 5), times=st.none() | st.integers(1, 2))
    def a_listing_is_to_break_off(
        self, place: Place, error: type[PortError], after: int, times: int | None
    ) -> None:
        self.cloud.fail(*place, error("The cloud is in a mood."), after=after, times=times)

    @rule(kind=st.sampled_from([INSTANCE, BUCKET, VPC]), error=errors)
    def the_locations_of_a_kind_are_to_be_withheld(
        self, kind: ResourceKind, error: type[PortError]
    ) -> None:
        self.cloud.fail_locations(kind, error("Not now."), times=1)

    @rule(error=errors)
    def the_whole_account_is_to_be_out_of_reach(self, error: type[PortError]) -> None:
        self.cloud.fail_account(error("Nobody home."), times=1)

    @rule(place=places, name=names, after=st.integers(0, 3))
    def something_is_created_while_it_is_listed(self, place: Place, name: str, after: int) -> None:
        self.cloud.meanwhile(*place, lambda: self.cloud.put(*place, a_resource(name)), after=after)

    @rule(after=st.integers(0, 10))
    def the_worker_of_the_next_sync_is_to_be_stopped(self, after: int) -> None:
        self.world.stopping = FakeStopping(after=after)

    @rule()
    def the_cloud_recovers(self) -> None:
        self.cloud.heal()

    @rule()
    def sync(self) -> None:
        present = {place: self.identities(place) - self.deleted(place) for place in PLACES}
        with suppress(PortError):
            self.world.sync(self.credential)
        self.world.stopping = FakeStopping()
        self.nothing_that_was_there_all_the_time_was_removed(present)

    def nothing_that_was_there_all_the_time_was_removed(
        self, present: dict[Place, set[str]]
    ) -> None:
        for item in self.items():
            place = (item.scope.kind, item.scope.location)
            if item.resource.external_id in present[place] & self.identities(place):
                assert item.state is not ItemState.DELETED

    def items(self) -> list[InventoryItem]:
        return self.world.items_of(self.credential)

    def deleted(self, place: Place) -> set[str]:
        """What was rightly taken for deleted before, and may have been created anew since."""
        return {
            item.resource.external_id
            for item in self.items()
            if (item.scope.kind, item.scope.location) == place and item.state is ItemState.DELETED
        }

    def identities(self, place: Place) -> set[str]:
        return {resource.external_id for resource in self.cloud.resources(*place)}

    @invariant()
    def nothing_is_deleted_that_was_not_missed_before(self) -> None:
        for item in self.items():
            if item.state is ItemState.DELETED:
                assert item.missing_since is not None
                assert item.deleted_at is not None
                assert item.deleted_at > item.missing_since

    def teardown(self) -> None:
        self.cloud.heal()
        self.world.stopping = FakeStopping()
        # Three syncs remove what is gone; each thing yet to be created while one looks on may put
        # that off by one more, and there are at most four in a place.
        for _ in range(3 + 4):
            self.world.clock.advance(timedelta(minutes=10))
            self.world.sync(self.credential)
        live = {
            (item.scope.kind, item.scope.location, item.resource.external_id): item.resource
            for item in self.items()
            if item.state is not ItemState.DELETED
        }
        truth = {
            (*place, resource.external_id): resource
            for place in PLACES
            for resource in self.cloud.resources(*place)
        }
        assert live == truth
        assert not any(item.state is ItemState.MISSING for item in self.items())
        assert self.world.health(self.credential).status is HealthStatus.HEALTHY


TestCloudUnderFire = CloudUnderFire.TestCase
TestCloudUnderFire.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
