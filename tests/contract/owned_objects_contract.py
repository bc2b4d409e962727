"""What every search for our objects promises."""

from abc import abstractmethod
from typing import Protocol

import pytest

from application.ports.errors import AccessDenied, Unavailable
from application.ports.owned_objects import OwnedObject, OwnedObjects, Ownership
from domain.provisioning import InstallationId, ResourceId
from domain.terraform import Address

OURS = Ownership(
    installation=InstallationId("0d5f1a52-6f0e-4b3e-9c7d-2f4f4f0a9b11"), resource_id=ResourceId(12)
)
OF_ANOTHER_RESOURCE = Ownership(installation=OURS.installation, resource_id=ResourceId(120))
OF_ANOTHER_INSTALLATION = Ownership(
    installation=InstallationId("99999999-6f0e-4b3e-9c7d-2f4f4f0a9b11"),
    resource_id=OURS.resource_id,
)
HERE, THERE = "eu-west-1", "us-west-2"
MACHINE = Address("aws_instance.this")
NETWORK = Address("aws_vpc.this[0]")
SUBNET = Address('aws_subnet.this["10.0.1.0/24"]')
GROUP = Address("aws_security_group.this[0]")


class Land(Protocol):
    """The account in which objects are made and looked for."""

    @abstractmethod
    def make(self, address: Address, ownership: Ownership, *, region: str) -> str:
        """Make what *address* names, with its tags, and return its id."""

    @abstractmethod
    def take_down(self, cloud_id: str, *, region: str) -> None:
        """Take a machine down; the cloud may go on listing it."""

    @abstractmethod
    def deny(self) -> None:
        """Refuse to say which networks there are."""

    @abstractmethod
    def break_down(self) -> None:
        """Fail to say which networks there are."""


def found(objects: OwnedObjects, ownership: Ownership = OURS) -> dict[str, Address]:
    """Return what is found here, by id."""
    seen = objects.find(ownership, region=HERE)
    by_id = {each.cloud_id: each.address for each in seen}
    assert len(by_id) == len(seen)
    return by_id


class OwnedObjectsContract:
    """Subclasses supply `land`, empty at first, and `objects`, which look there."""

    def test_where_nothing_was_made_nothing_is_found(self, objects: OwnedObjects) -> None:
        assert objects.find(OURS, region=HERE) == ()

    def test_everything_made_for_a_resource_is_found_with_what_it_is_in_the_module(
        self, land: Land, objects: OwnedObjects
    ) -> None:
        made = {
            land.make(address, OURS, region=HERE): address
            for address in (NETWORK, SUBNET, GROUP, MACHINE)
        }
        assert found(objects) == made

    def test_one_thing_made_twice_is_found_twice(self, land: Land, objects: OwnedObjects) -> None:
        made = {land.make(MACHINE, OURS, region=HERE) for _ in range(2)}
        assert len(made) == 2
        assert found(objects) == dict.fromkeys(made, MACHINE)

    @pytest.mark.parametrize("address", [NETWORK, MACHINE])
    def test_what_others_own_is_not_found(
        self, land: Land, objects: OwnedObjects, address: Address
    ) -> None:
        land.make(address, OF_ANOTHER_RESOURCE, region=HERE)
        land.make(address, OF_ANOTHER_INSTALLATION, region=HERE)
        land.make(address, OURS, region=THERE)
        ours = land.make(address, OURS, region=HERE)
        assert objects.find(OURS, region=HERE) == (OwnedObject(address=address, cloud_id=ours),)

    def test_what_was_taken_down_is_not_found(self, land: Land, objects: OwnedObjects) -> None:
        gone, kept = (land.make(MACHINE, OURS, region=HERE) for _ in range(2))
        land.take_down(gone, region=HERE)
        assert found(objects) == {kept: MACHINE}

    def test_a_refusal_is_never_an_empty_answer(self, land: Land, objects: OwnedObjects) -> None:
        land.make(MACHINE, OURS, region=HERE)
        land.deny()
        with pytest.raises(AccessDenied):
            objects.find(OURS, region=HERE)

    def test_a_cloud_that_cannot_answer_is_never_an_empty_answer(
        self, land: Land, objects: OwnedObjects
    ) -> None:
        land.make(MACHINE, OURS, region=HERE)
        land.break_down()
        with pytest.raises(Unavailable):
            objects.find(OURS, region=HERE)
