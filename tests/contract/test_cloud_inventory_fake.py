from collections.abc import Mapping
from itertools import count

import pytest

from adapters.fakes.clouds import FakeCloud
from application.ports.clouds import CloudInventory
from application.ports.errors import AccessDenied, CredentialsExpired, Unavailable
from domain.inventory import EVERYWHERE, ExternalId, Location, ObservedResource, ResourceKind
from tests.contract.cloud_inventory_contract import (
    Account,
    CloudInventoryContract,
    Geography,
)

INSTANCES = ResourceKind.AWS_EC2_INSTANCE
BUCKETS = ResourceKind.AWS_S3_BUCKET
VPCS = ResourceKind.AWS_VPC
HERE, THERE = Location("eu-west-1"), Location("us-west-2")


class FakeAccount(Account):
    geography = Geography(
        instances=INSTANCES,
        buckets=BUCKETS,
        networks=VPCS,
        here=HERE,
        there=THERE,
        bucket_places=(EVERYWHERE, EVERYWHERE),
        network_places=(HERE, THERE),
        regions=(HERE, THERE),
    )

    def __init__(self) -> None:
        self.cloud = FakeCloud()
        self.cloud.open(INSTANCES, HERE, THERE)
        self.cloud.open(VPCS, HERE, THERE)
        self.cloud.open(BUCKETS, EVERYWHERE)
        self._numbers = count(1)

    def launch(self, location: Location, tags: Mapping[str, str]) -> str:
        return self._put(INSTANCES, location, f"i-{next(self._numbers)}", tags)

    def terminate(self, location: Location, instance: str) -> None:
        self.cloud.remove(INSTANCES, location, instance)

    def make_bucket(self, location: Location, name: str, tags: Mapping[str, str]) -> str:
        bucket = ObservedResource(
            external_id=ExternalId(name), name=name, region=location, tags=tags
        )
        self.cloud.put(BUCKETS, EVERYWHERE, bucket)
        return name

    def make_network(self, location: Location, name: str) -> str:
        return self._put(VPCS, location, f"vpc-{next(self._numbers)}", {"Name": name})

    def deny(self, kind: ResourceKind, location: Location) -> None:
        self.cloud.fail(kind, location, AccessDenied("It is refused."))

    def break_down(self, kind: ResourceKind, location: Location) -> None:
        self.cloud.fail(kind, location, Unavailable("It does not answer."), after=1)

    def refuse_key(self) -> None:
        self.cloud.fail_account(CredentialsExpired("The key is not accepted."))

    def mend(self) -> None:
        self.cloud.heal()

    def _put(
        self, kind: ResourceKind, location: Location, identity: str, tags: Mapping[str, str]
    ) -> str:
        resource = ObservedResource(
            external_id=ExternalId(identity),
            name=tags.get("Name"),
            region=location,
            status="running",
            tags=tags,
        )
        self.cloud.put(kind, location, resource)
        return identity


class TestFakeCloudInventory(CloudInventoryContract):
    @pytest.fixture
    def account(self) -> FakeAccount:
        return FakeAccount()

    @pytest.fixture
    def inventory(self, account: FakeAccount) -> CloudInventory:
        return account.cloud
