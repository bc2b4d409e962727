"""One list of everything, shared by the places that each need their part of it."""

from collections.abc import Callable
from copy import copy
from threading import Lock
from typing import Generic, Protocol, TypeVar

from adapters.clouds.once import Once
from application.ports.errors import PortError

Part = TypeVar("Part")
Part_co = TypeVar("Part_co", covariant=True)


class Brought(Protocol[Part_co]):
    """What a sweep brought home."""

    def places(self) -> frozenset[str]:
        """Return the places that have a part which is not empty and was not taken."""

    def take(self, place: str, /) -> Part_co:
        """Hand over the part of *place*; nobody asks for the same one twice.

        Raises:
            PortError: there is none.
        """


class Sweeps(Generic[Part]):
    """Sweeps when the first place asks for its part; the others wait, and take theirs.

    A place that comes a second time begins a new sweep, so that it learns what is there now.
    """

    def __init__(self, sweep: Callable[[], Brought[Part]]) -> None:
        self._sweep = sweep
        self._lock = Lock()
        self._current = _Sweep(sweep)

    def take(self, place: str) -> Part:
        """Return the part of *place* as it is now.

        Raises:
            PortError: the sweep failed, for everybody who waited for it, or for this place.
        """
        with self._lock:
            if place in self._current.served:
                self._current = _Sweep(self._sweep)
            current = self._current
            current.served.add(place)
        return current.part_of(place)

    def places(self) -> frozenset[str]:
        """Return the places of which the current sweep tells; those who take share it.

        Raises:
            PortError: the sweep failed.
        """
        with self._lock:
            current = self._current
        return current.places()


class _Sweep(Generic[Part]):
    def __init__(self, sweep: Callable[[], Brought[Part]]) -> None:
        self.served: set[str] = set()
        self._brought = Once(sweep)
        self._lock = Lock()

    def places(self) -> frozenset[str]:
        brought = self._brought()
        with self._lock:
            return brought.places()

    def part_of(self, place: str) -> Part:
        brought = self._brought()
        try:
            with self._lock:
                return brought.take(place)
        except PortError as error:
            # Several places may share it, and each gets a traceback of its own.
            raise copy(error) from error.__cause__
