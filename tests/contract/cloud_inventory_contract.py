"""What every cloud inventory promises."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import pytest

from application.ports.clouds import CloudInventory
from application.ports.errors import AccessDenied, CredentialsExpired, Transient
from domain.accounts import CredentialId
from domain.inventory import (
    EVERYWHERE,
    Location,
    ObservedResource,
    ResourceKind,
    Scope,
    UnreadableRecord,
)

INSTANCES = ResourceKind.AWS_EC2_INSTANCE
BUCKETS = ResourceKind.AWS_S3_BUCKET
VPCS = ResourceKind.AWS_VPC
HERE = Location("eu-west-1")
THERE = Location("us-west-2")


class Account(Protocol):
    """The cloud itself, furnished behind the adapter's back. It offers HERE and THERE."""

    @abstractmethod
    def launch(self, location: Location, tags: Mapping[str, str]) -> str:
        """Start an instance and return its id."""

    @abstractmethod
    def terminate(self, location: Location, instance: str) -> None:
        """End the instance."""

    @abstractmethod
    def make_bucket(self, location: Location, name: str, tags: Mapping[str, str]) -> None:
        """Make a bucket."""

    @abstractmethod
    def make_vpc(self, location: Location, tags: Mapping[str, str]) -> str:
        """Make a VPC and return its id."""

    @abstractmethod
    def deny(self, kind: ResourceKind, location: Location) -> None:
        """Refuse listings of *kind* there."""

    @abstractmethod
    def break_down(self, kind: ResourceKind, location: Location) -> None:
        """Answer listings of *kind* there with errors."""

    @abstractmethod
    def refuse_key(self) -> None:
        """Accept the key no longer."""

    @abstractmethod
    def mend(self) -> None:
        """Answer every question again."""


def listed(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> dict[str, ObservedResource]:
    """Return a whole listing by id; an id that comes twice or a record without one fails."""
    found: dict[str, ObservedResource] = {}
    for resource in records(inventory, kind, location):
        assert isinstance(resource, ObservedResource)
        assert resource.external_id not in found
        found[resource.external_id] = resource
    return found


def records(
    inventory: CloudInventory, kind: ResourceKind, location: Location
) -> Iterator[ObservedResource | UnreadableRecord]:
    scope = Scope(credential_id=CredentialId(1), kind=kind, location=location)
    return inventory.list_resources(scope)


class CloudInventoryContract:
    @pytest.fixture
    def account(self) -> Account:
        raise NotImplementedError

    @pytest.fixture
    def inventory(self, account: Account) -> CloudInventory:
        raise NotImplementedError

    def test_the_account_is_known_and_does_not_change(self, inventory: CloudInventory) -> None:
        first = inventory.account_id()
        assert first
        assert inventory.account_id() == first

    def test_every_location_is_named_once(self, inventory: CloudInventory) -> None:
        for kind in (INSTANCES, VPCS):
            locations = inventory.locations(kind)
            assert {HERE, THERE} <= set(locations)
            assert len(set(locations)) == len(locations)

    def test_buckets_are_looked_for_in_the_account_as_a_whole(
        self, inventory: CloudInventory
    ) -> None:
        assert list(inventory.locations(BUCKETS)) == [EVERYWHERE]

    @pytest.mark.parametrize(("kind", "location"), [(INSTANCES, HERE), (BUCKETS, EVERYWHERE)])
    def test_an_empty_scope_yields_nothing(
        self, inventory: CloudInventory, kind: ResourceKind, location: Location
    ) -> None:
        assert list(records(inventory, kind, location)) == []

    def test_every_instance_is_listed_with_its_name_its_tags_and_its_place(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        tags = {"Name": "web-1", "team": "Größe ✓", "empty": ""}
        first = account.launch(HERE, tags)
        second = account.launch(HERE, {})
        found = listed(inventory, INSTANCES, HERE)
        assert found.keys() == {first, second}
        assert (found[first].name, found[first].tags, found[first].region) == ("web-1", tags, HERE)
        assert (found[second].name, found[second].tags) == (None, {})
        assert found[first].status == "running"

    def test_a_location_lists_only_what_is_in_it(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        here = account.launch(HERE, {})
        there = account.launch(THERE, {})
        assert set(listed(inventory, INSTANCES, HERE)) == {here}
        assert set(listed(inventory, INSTANCES, THERE)) == {there}

    def test_an_instance_that_is_terminated_is_not_listed(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        ended = account.launch(HERE, {})
        stays = account.launch(HERE, {})
        account.terminate(HERE, ended)
        assert set(listed(inventory, INSTANCES, HERE)) == {stays}

    def test_buckets_are_listed_with_the_region_where_they_truly_are(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        account.make_bucket(HERE, "here", {"team": "data"})
        account.make_bucket(THERE, "there", {})
        found = listed(inventory, BUCKETS, EVERYWHERE)
        assert {name: bucket.region for name, bucket in found.items()} == {
            "here": HERE,
            "there": THERE,
        }
        assert {name: bucket.tags for name, bucket in found.items()} == {
            "here": {"team": "data"},
            "there": {},
        }

    def test_a_vpc_is_listed_where_it_is(self, account: Account, inventory: CloudInventory) -> None:
        vpc = account.make_vpc(HERE, {"Name": "core"})
        assert listed(inventory, VPCS, HERE)[vpc].name == "core"
        assert vpc not in listed(inventory, VPCS, THERE)

    def test_listing_twice_shows_the_same_with_the_same_fingerprints(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        account.launch(HERE, {"Name": "web-1"})
        first, second = (listed(inventory, INSTANCES, HERE) for _ in range(2))
        assert [each.fingerprint() for each in first.values()] == [
            each.fingerprint() for each in second.values()
        ]

    def test_many_threads_may_ask_at_once(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        expected = {place: {account.launch(place, {})} for place in (HERE, THERE)}
        asked = [HERE, THERE] * 8
        with ThreadPoolExecutor(len(asked)) as pool:
            found = pool.map(lambda place: set(listed(inventory, INSTANCES, place)), asked)
        assert list(found) == [expected[place] for place in asked]

    def test_a_refused_listing_raises_and_leaves_other_scopes_alone(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        there = account.launch(THERE, {})
        account.deny(INSTANCES, HERE)
        with pytest.raises(AccessDenied):
            list(records(inventory, INSTANCES, HERE))
        assert set(listed(inventory, INSTANCES, THERE)) == {there}
        assert listed(inventory, BUCKETS, EVERYWHERE) == {}

    def test_a_listing_that_breaks_down_raises_and_succeeds_once_that_is_mended(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        here = account.launch(HERE, {})
        account.break_down(INSTANCES, HERE)
        with pytest.raises(Transient):
            list(records(inventory, INSTANCES, HERE))
        account.mend()
        assert set(listed(inventory, INSTANCES, HERE)) == {here}

    def test_a_key_that_is_not_accepted_opens_no_account(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        account.refuse_key()
        with pytest.raises(CredentialsExpired):
            inventory.account_id()
