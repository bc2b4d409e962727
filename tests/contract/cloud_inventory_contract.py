"""What every cloud inventory promises."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import pytest

from application.ports.clouds import CloudInventory
from application.ports.errors import AccessDenied, CredentialsExpired, PortError, Transient
from domain.accounts import CredentialId
from domain.inventory import (
    Location,
    ObservedResource,
    ResourceKind,
    Scope,
    UnreadableRecord,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """What one cloud calls instances, buckets and networks, and where it has them."""

    instances: ResourceKind
    buckets: ResourceKind
    networks: ResourceKind
    """Or whatever else holds other resources together."""
    here: Location
    there: Location
    """Two places for instances."""
    bucket_places: tuple[Location, Location]
    """Where the buckets of here and there are looked for."""
    network_places: tuple[Location, Location]
    regions: tuple[str, str]
    """What the regions of here and there are called."""


class Account(Protocol):
    """The cloud itself, furnished behind the adapter's back. It offers here and there."""

    geography: Geography

    @abstractmethod
    def launch(self, location: Location, tags: Mapping[str, str]) -> str:
        """Start an instance, called as its tag `Name` says, and return its external id."""

    @abstractmethod
    def terminate(self, location: Location, instance: str) -> None:
        """End the instance."""

    @abstractmethod
    def make_bucket(self, location: Location, name: str, tags: Mapping[str, str]) -> str:
        """Make a bucket and return its external id."""

    @abstractmethod
    def make_network(self, location: Location, name: str) -> str:
        """Make a network and return its external id."""

    @abstractmethod
    def deny(self, kind: ResourceKind, location: Location) -> None:
        """Refuse listings of *kind* there."""

    @abstractmethod
    def break_down(self, kind: ResourceKind, location: Location) -> None:
        """Answer listings of *kind* there with errors."""

    running: str = "running"
    """The cloud's word for an instance that runs."""
    refusal: type[PortError] = AccessDenied
    """What a listing that `deny` refuses raises."""

    def storable(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        """Return *tags* as far as this cloud allows such keys and values."""
        return tags

    def shown(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        """Return what of *tags* the cloud keeps as tags."""
        return tags

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

    @pytest.fixture
    def geography(self, account: Account) -> Geography:
        return account.geography

    @pytest.fixture
    def instances(self, geography: Geography) -> ResourceKind:
        return geography.instances

    @pytest.fixture
    def here(self, geography: Geography) -> Location:
        return geography.here

    @pytest.fixture
    def there(self, geography: Geography) -> Location:
        return geography.there

    def test_the_account_is_known_and_does_not_change(self, inventory: CloudInventory) -> None:
        first = inventory.account_id()
        assert first
        assert inventory.account_id() == first

    def test_every_location_is_named_once(
        self, inventory: CloudInventory, geography: Geography
    ) -> None:
        for kind, places in (
            (geography.instances, (geography.here, geography.there)),
            (geography.buckets, geography.bucket_places),
            (geography.networks, geography.network_places),
        ):
            locations = inventory.locations(kind)
            assert set(places) <= set(locations)
            assert len(set(locations)) == len(locations)

    def test_an_empty_scope_yields_nothing(
        self, inventory: CloudInventory, geography: Geography
    ) -> None:
        assert list(records(inventory, geography.instances, geography.here)) == []
        assert list(records(inventory, geography.buckets, geography.bucket_places[0])) == []

    def test_every_instance_is_listed_with_its_name_its_tags_and_its_place(
        self, account: Account, inventory: CloudInventory, geography: Geography
    ) -> None:
        tags = account.storable({"Name": "web-1", "team": "Größe ✓", "empty": ""})
        first = account.launch(geography.here, tags)
        second = account.launch(geography.here, {})
        found = listed(inventory, geography.instances, geography.here)
        assert found.keys() == {first, second}
        assert (found[first].name, found[first].region) == ("web-1", geography.regions[0])
        assert found[first].tags == account.shown(tags)
        assert found[second].tags == {}
        assert found[first].status == account.running

    def test_a_location_lists_only_what_is_in_it(
        self,
        account: Account,
        inventory: CloudInventory,
        instances: ResourceKind,
        here: Location,
        there: Location,
    ) -> None:
        in_here, in_there = account.launch(here, {}), account.launch(there, {})
        assert set(listed(inventory, instances, here)) == {in_here}
        assert set(listed(inventory, instances, there)) == {in_there}

    def test_an_instance_that_is_terminated_is_not_listed(
        self,
        account: Account,
        inventory: CloudInventory,
        instances: ResourceKind,
        here: Location,
    ) -> None:
        ended, stays = account.launch(here, {}), account.launch(here, {})
        account.terminate(here, ended)
        assert set(listed(inventory, instances, here)) == {stays}

    def test_buckets_are_listed_with_the_region_where_they_truly_are(
        self, account: Account, inventory: CloudInventory, geography: Geography
    ) -> None:
        one = account.make_bucket(geography.here, "one4711", {"team": "data"})
        other = account.make_bucket(geography.there, "other4711", {})
        kind, places = geography.buckets, dict.fromkeys(geography.bucket_places)
        found = {id_: b for place in places for id_, b in listed(inventory, kind, place).items()}
        assert {id_: (bucket.region, bucket.tags) for id_, bucket in found.items()} == {
            one: (geography.regions[0], {"team": "data"}),
            other: (geography.regions[1], {}),
        }
        assert found[one].name == "one4711"

    def test_a_network_is_listed_where_it_is(
        self, account: Account, inventory: CloudInventory, geography: Geography
    ) -> None:
        network = account.make_network(geography.here, "core")
        place, elsewhere = geography.network_places
        assert listed(inventory, geography.networks, place)[network].name == "core"
        if elsewhere != place:
            assert network not in listed(inventory, geography.networks, elsewhere)

    def test_listing_twice_shows_the_same_with_the_same_fingerprints(
        self, account: Account, inventory: CloudInventory, instances: ResourceKind, here: Location
    ) -> None:
        account.launch(here, {"Name": "web-1"})
        first, second = (listed(inventory, instances, here) for _ in range(2))
        assert [each.fingerprint() for each in first.values()] == [
            each.fingerprint() for each in second.values()
        ]

    def test_many_threads_may_ask_at_once(
        self,
        account: Account,
        inventory: CloudInventory,
        instances: ResourceKind,
        geography: Geography,
    ) -> None:
        places = (geography.here, geography.there)
        expected = {place: {account.launch(place, {})} for place in places}
        asked = list(places) * 8
        with ThreadPoolExecutor(len(asked)) as pool:
            found = pool.map(lambda place: set(listed(inventory, instances, place)), asked)
        assert list(found) == [expected[place] for place in asked]

    def test_a_refused_listing_raises_and_leaves_other_scopes_alone(
        self, account: Account, inventory: CloudInventory, geography: Geography
    ) -> None:
        there = account.launch(geography.there, {})
        account.deny(geography.instances, geography.here)
        with pytest.raises(account.refusal):
            list(records(inventory, geography.instances, geography.here))
        assert set(listed(inventory, geography.instances, geography.there)) == {there}
        assert listed(inventory, geography.buckets, geography.bucket_places[1]) == {}

    def test_a_listing_that_breaks_down_raises_and_succeeds_once_that_is_mended(
        self, account: Account, inventory: CloudInventory, instances: ResourceKind, here: Location
    ) -> None:
        instance = account.launch(here, {})
        account.break_down(instances, here)
        with pytest.raises(Transient):
            list(records(inventory, instances, here))
        account.mend()
        assert set(listed(inventory, instances, here)) == {instance}

    def test_a_key_that_is_not_accepted_opens_no_account(
        self, account: Account, inventory: CloudInventory
    ) -> None:
        account.refuse_key()
        with pytest.raises(CredentialsExpired):
            inventory.account_id()
