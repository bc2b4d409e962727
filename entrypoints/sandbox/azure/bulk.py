"""A subscription of any size: pages that are written once and told again and again."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from entrypoints.sandbox.azure.ids import MACHINE, NIC, PUBLIC_IP, ArmPath
from entrypoints.sandbox.azure.listing import (
    is_for_status,
    shouted,
    status_alone,
    without_view,
)
from entrypoints.sandbox.azure.resources import virtual_machine
from entrypoints.sandbox.azure.tenant import Document, Subscription
from entrypoints.sandbox.rest.wire import JSON, Reply, Request

_LOCATIONS: Final = ("westeurope", "northeurope", "eastus", "southeastasia")
_POWERS: Final = ("running", "running", "running", "deallocated")
_BULK: Final = Subscription(id="b01c0000-0000-4000-8000-00000000b01c", name="Bulk")

_Tell = Callable[[tuple[Document, ...]], Document]
"""Picks what is told from a machine, its network interface and its public address."""

_TOLD: Final[Mapping[tuple[str, bool], _Tell]] = {
    (MACHINE.lower(), False): lambda parts: shouted(without_view(parts[0])),
    (MACHINE.lower(), True): lambda parts: shouted(status_alone(parts[0])),
    (NIC.lower(), False): lambda parts: parts[1],
    (PUBLIC_IP.lower(), False): lambda parts: parts[2],
}


@dataclass(slots=True, kw_only=True)
class BulkSubscription:
    """Answers lists of machines and of their network interfaces and public addresses."""

    subscription: Subscription = _BULK
    machines: int = 10_000
    page: int = 250
    """How many are on one page."""
    _pages: dict[tuple[str, bool, int], bytes] = field(default_factory=dict, repr=False)

    def __call__(self, request: Request, path: ArmPath) -> Reply | None:
        """Return a page; None: something else is asked."""
        kind = (path.type.lower(), is_for_status(request))
        here = path.subscription.lower() == self.subscription.id.lower()
        if not here or path.group or path.name is not None or kind not in _TOLD:
            return None
        number = int(request.query.get("$skiptoken", 0))
        return Reply(body=self._page(kind, number) + self._end(request, number), headers=JSON)

    def warm_up(self) -> None:
        """Write every page, so that none is written while somebody measures a client."""
        for kind in _TOLD:
            for number in range(-(-self.machines // self.page)):
                self._page(kind, number)

    def _page(self, kind: tuple[str, bool], number: int) -> bytes:
        """Return a page up to the end of its list."""
        key = (*kind, number)
        if key not in self._pages:
            value = [_TOLD[kind](parts) for parts in self._parts(number)]
            self._pages[key] = b'{"value": ' + json.dumps(value).encode()
        return self._pages[key]

    def _end(self, request: Request, number: int) -> bytes:
        if (number + 1) * self.page >= self.machines:
            return b"}"
        query = urlencode({**request.query, "$skiptoken": number + 1})
        address = f"https://{request.headers['host']}{request.path}?{query}"
        return f', "nextLink": "{address}"}}'.encode()

    def _parts(self, number: int) -> Iterator[tuple[Document, ...]]:
        start = number * self.page
        for each in range(start, min(start + self.page, self.machines)):
            yield virtual_machine(
                self.subscription.id,
                f"group-{each % 40}",
                f"machine-{each}",
                location=_LOCATIONS[each % len(_LOCATIONS)],
                power=_POWERS[each % len(_POWERS)],
                tags={"team": f"team-{each % 7}", "environment": "prod"},
                private_ip=f"10.{each >> 16}.{each >> 8 & 255}.{each & 255}",
                public_ip=f"198.{18 + (each >> 16)}.{each >> 8 & 255}.{each & 255}",
            )
