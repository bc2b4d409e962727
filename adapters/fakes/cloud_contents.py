"""What a cloud in memory is made of."""

from bisect import bisect_right, insort
from collections.abc import Callable
from copy import copy, deepcopy
from dataclasses import dataclass, field

from application.ports.errors import PortError
from domain.inventory import ExternalId, ObservedResource, UnreadableRecord


@dataclass(slots=True)
class Place:
    """What one location holds of one kind, and what is to happen to its next listing."""

    resources: dict[ExternalId, ObservedResource] = field(default_factory=dict)
    order: list[ExternalId] = field(default_factory=list)
    unreadable: list[UnreadableRecord] = field(default_factory=list)
    meanwhile: dict[int, Callable[[], None]] = field(default_factory=dict)

    def put(self, resource: ObservedResource) -> None:
        """Keep a copy, so that nobody's later changes reach it."""
        if resource.external_id not in self.resources:
            insort(self.order, resource.external_id)
        self.resources[resource.external_id] = deepcopy(resource)

    def remove(self, identity: ExternalId) -> None:
        """Forget the resource."""
        del self.resources[identity]
        self.order.remove(identity)

    def after(self, last: str) -> ObservedResource | None:
        """Return the resource whose id follows *last*, or None at the end."""
        position = bisect_right(self.order, last)
        if position == len(self.order):
            return None
        return deepcopy(self.resources[self.order[position]])


@dataclass(slots=True)
class Fault:
    """An error that strikes so many times, once so many records were seen."""

    error: PortError
    after: int = 0
    left: int | None = None
    """None: for good."""

    def strike(self) -> None:
        """Raise, unless the fault has struck as often as it was meant to."""
        if self.left == 0:
            return
        if self.left is not None:
            self.left -= 1
        raise copy(self.error)
