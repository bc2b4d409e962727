from collections.abc import Iterator, Mapping
from itertools import count

import pytest

from adapters.gcp.inventory import GcpInventory
from application.ports.errors import Unavailable
from domain.inventory import EVERYWHERE, Location, ResourceKind
from entrypoints.sandbox.gcp import resources
from tests.contract.cloud_inventory_contract import (
    Account,
    CloudInventoryContract,
    Geography,
)
from tests.integration.gcp.rig import (
    BUCKETS,
    HERE,
    INSTANCES,
    NETWORKS,
    THERE,
    Rig,
    launch,
    running,
)


class GcpAccount(Account):
    geography = Geography(
        instances=INSTANCES,
        buckets=BUCKETS,
        networks=NETWORKS,
        here=HERE,
        there=THERE,
        bucket_places=(EVERYWHERE, EVERYWHERE),
        network_places=(EVERYWHERE, EVERYWHERE),
        regions=("europe-west1", "us-central1"),
    )
    refusal = Unavailable
    """A permission holds for the whole project; what one zone alone can be is out of reach."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self._numbers = count(1)

    def launch(self, location: Location, tags: Mapping[str, str]) -> str:
        name = tags.get("Name", f"unnamed-{next(self._numbers)}")
        return launch(self.rig, location, name, self.shown(tags))

    def terminate(self, location: Location, instance: str) -> None:
        instances = self.rig.project.instances
        (ended,) = (key for key, document in instances.items() if document["id"] == instance)
        del instances[ended]

    def make_bucket(self, location: Location, name: str, tags: Mapping[str, str]) -> str:
        place = self.geography.regions[0 if location == HERE else 1]
        self.rig.project.put(resources.bucket(name, location=place.upper(), labels=tags))
        return name

    def make_network(self, location: Location, name: str) -> str:
        made = resources.network(self.rig.project.id, name)
        self.rig.project.put(made)
        return str(made["id"])

    def deny(self, kind: ResourceKind, location: Location) -> None:
        self.break_down(kind, location)

    def break_down(self, kind: ResourceKind, location: Location) -> None:
        assert kind is INSTANCES
        self.rig.project.unreachable(location)

    def storable(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        """Labels have no capitals and no signs; letters of any script they do have."""
        allowed = {key: "größe" if value == "Größe ✓" else value for key, value in tags.items()}
        assert "größe" in allowed.values()
        return allowed

    def shown(self, tags: Mapping[str, str]) -> Mapping[str, str]:
        """Say which are labels: an instance has a name of its own."""
        return {key: value for key, value in tags.items() if key != "Name"}

    def refuse_key(self) -> None:
        self.rig.project.account.revoke()

    def mend(self) -> None:
        self.rig.server.heal()
        for zone in self.rig.project.zones:
            self.rig.project.reachable(zone)


@pytest.fixture(scope="module")
def rig() -> Iterator[Rig]:
    with running() as rig:
        yield rig


class TestGcpInventory(CloudInventoryContract):
    @pytest.fixture
    def account(self, rig: Rig) -> GcpAccount:
        rig.reset()
        return GcpAccount(rig)

    @pytest.fixture
    def inventory(self, account: GcpAccount) -> GcpInventory:
        return account.rig.inventory()
