"""Finding in the cloud what an apply made that nobody remembers."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from domain.provisioning import InstallationId, ResourceId
from domain.terraform import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What the tags of an object say when it is ours."""

    installation: InstallationId
    resource_id: ResourceId


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedObject:
    """An object that exists and carries our tags."""

    address: Address
    """What its tag says it is in the module."""
    cloud_id: str


class OwnedObjects(Protocol):
    """The objects of one account whose ids the cloud chose, so that only tags tell them."""

    @abstractmethod
    def find(self, ownership: Ownership, *, region: str) -> Sequence[OwnedObject]:
        """Return every object in *region* with these tags, in any order; empty if there is none.

        What is being taken down, or is gone and still listed, is left out. The answer of a
        cloud may be some seconds old.

        Raises:
            AccessDenied: the credential may not look.
            Unavailable: the cloud could not answer.
        """
