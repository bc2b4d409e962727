from collections.abc import Iterator, Mapping

import pytest

from adapters.azure.inventory import AzureInventory
from domain.inventory import Location, ResourceKind
from entrypoints.sandbox.azure.tenant import CLIENT_ID
from tests.contract.cloud_inventory_contract import Account, CloudInventoryContract, Geography
from tests.integration.azure.rig import (
    ACCOUNTS,
    GROUPS,
    HERE,
    MACHINES,
    REGIONS,
    THERE,
    Rig,
    running_rig,
)


class AzureAccount(Account):
    geography = Geography(
        instances=MACHINES,
        buckets=ACCOUNTS,
        networks=GROUPS,
        here=HERE,
        there=THERE,
        bucket_places=(HERE, THERE),
        network_places=(HERE, THERE),
        regions=(REGIONS[HERE], REGIONS[THERE]),
    )

    def __init__(self, rig: Rig) -> None:
        self.rig = rig

    def launch(self, location: Location, tags: Mapping[str, str]) -> str:
        return self.rig.launch(location, tags.get("Name"), tags)

    def terminate(self, location: Location, instance: str) -> None:
        assert self.rig.tenant.remove(instance)

    def make_bucket(self, location: Location, name: str, tags: Mapping[str, str]) -> str:
        return self.rig.make_account(location, name, tags)

    def make_network(self, location: Location, name: str) -> str:
        return self.rig.make_group(location, name)

    def deny(self, kind: ResourceKind, location: Location) -> None:
        assert kind is self.geography.instances
        self.rig.tenant.deny("Microsoft.Compute/virtualMachines/read", location)

    def break_down(self, kind: ResourceKind, location: Location) -> None:
        assert kind is self.geography.instances
        self.rig.fail(f"{location}.*virtualMachines", status=503)

    def refuse_key(self) -> None:
        assert self.rig.tenant.directory.expire_secret(CLIENT_ID)

    def mend(self) -> None:
        self.rig.server.heal()


class TestAzureInventory(CloudInventoryContract):
    @pytest.fixture
    def account(self) -> Iterator[AzureAccount]:
        with running_rig() as rig:
            yield AzureAccount(rig)

    @pytest.fixture
    def inventory(self, account: AzureAccount) -> AzureInventory:
        return account.rig.inventory()
