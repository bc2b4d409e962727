from itertools import count

import pytest

from adapters.fakes.owned_objects import FakeOwnedObjects
from application.ports.errors import AccessDenied, Unavailable
from application.ports.owned_objects import Ownership
from domain.terraform import Address
from tests.contract.owned_objects_contract import HERE, OURS, Land, OwnedObjectsContract


class FakeLand(Land):
    def __init__(self) -> None:
        self.objects = FakeOwnedObjects()
        self._numbers = count(1)

    def make(self, address: Address, ownership: Ownership, *, region: str) -> str:
        cloud_id = f"id-{next(self._numbers)}"
        self.objects.put(cloud_id, address, ownership, region=region)
        return cloud_id

    def take_down(self, cloud_id: str, *, region: str) -> None:
        self.objects.remove(cloud_id)

    def deny(self) -> None:
        self.objects.fail(AccessDenied("VPCs are refused."))

    def break_down(self) -> None:
        self.objects.fail(Unavailable("It could not answer."))


class TestFakeOwnedObjects(OwnedObjectsContract):
    @pytest.fixture
    def land(self) -> FakeLand:
        return FakeLand()

    @pytest.fixture
    def objects(self, land: FakeLand) -> FakeOwnedObjects:
        return land.objects

    def test_it_remembers_what_it_was_asked_and_can_be_healed(
        self, land: FakeLand, objects: FakeOwnedObjects
    ) -> None:
        land.deny()
        objects.heal()
        assert objects.find(OURS, region=HERE) == ()
        assert objects.asked == [(OURS, HERE)]
