"""Tagged objects in memory: those that tests put there, and a refusal when told to."""

from collections.abc import Sequence
from copy import copy

from application.ports.errors import PortError
from application.ports.owned_objects import OwnedObject, OwnedObjects, Ownership
from domain.terraform import Address


class FakeOwnedObjects(OwnedObjects):
    """The objects of one account that carry somebody's tags."""

    def __init__(self) -> None:
        self.asked: list[tuple[Ownership, str]] = []
        """Whose objects were looked for and in which region, in order."""
        self._objects: dict[str, tuple[Ownership, str, Address]] = {}
        self._failure: PortError | None = None

    def put(self, cloud_id: str, address: Address, ownership: Ownership, *, region: str) -> None:
        """Let an object exist in *region* that carries these tags."""
        self._objects[cloud_id] = (ownership, region, address)

    def remove(self, cloud_id: str) -> None:
        """Let the object exist no longer.

        Raises:
            KeyError: there is none of this id.
        """
        del self._objects[cloud_id]

    def fail(self, error: PortError) -> None:
        """Let every search raise *error* from now on."""
        self._failure = error

    def heal(self) -> None:
        """Let searches be answered again."""
        self._failure = None

    def find(self, ownership: Ownership, *, region: str) -> Sequence[OwnedObject]:
        """Return what was put there, in the order in which it was."""
        self.asked.append((ownership, region))
        if self._failure is not None:
            raise copy(self._failure)
        return tuple(
            OwnedObject(address=address, cloud_id=cloud_id)
            for cloud_id, (owner, place, address) in self._objects.items()
            if (owner, place) == (ownership, region)
        )
