"""A tenant: its subscriptions, what is in them, who may see it and what it costs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from threading import RLock
from typing import Any, Final

from entrypoints.sandbox.azure.costs import Charge
from entrypoints.sandbox.azure.identities import Directory
from entrypoints.sandbox.azure.ids import ANYTHING, GROUP, MACHINE

Document = dict[str, Any]
"""A resource as Resource Manager tells it. Never changed in place: a changed one is put again."""

TENANT_ID: Final = "7f2c1a90-5b1e-4c6f-9c52-0d3a8e6b4f11"
CLIENT_ID: Final = "c0ffee00-1111-4222-8333-944455556666"
CLIENT_SECRET: Final = "sandbox~only-never.a_real-client-secret0"  # noqa: S105 - opens the sandbox alone

_TOKEN_LIFETIME: Final = timedelta(seconds=3599)
_PAGE_SIZE: Final = 1000
_PAGE_SIZES: Final = {MACHINE: 50}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """Something bills are sent for."""

    id: str
    name: str
    state: str = "Enabled"
    """Or Warned, PastDue, Disabled, Deleted."""


class AzureTenant:
    """Everything behind one directory; every method may be called by any thread."""

    def __init__(
        self,
        *,
        id: str = TENANT_ID,  # noqa: A002 - Azure's name for it
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        token_lifetime: timedelta = _TOKEN_LIFETIME,
        page_sizes: Mapping[str, int] | None = None,
    ) -> None:
        self.id = id
        self.now = now
        self.directory = Directory(id, now=now, lifetime=token_lifetime)
        self.directory.register(CLIENT_ID, CLIENT_SECRET)
        self.page_sizes = {**_PAGE_SIZES, **(page_sizes or {})}
        """How many of a type are on one page; of those not named a thousand."""
        self._subscriptions: dict[str, Subscription] = {}
        self._resources: dict[str, Document] = {}
        self._denials: list[tuple[str, str | None]] = []
        self._charges: list[Charge] = []
        self.lock = RLock()
        """Held while something is changed that was looked at before."""

    def subscribe(self, *subscriptions: Subscription) -> None:
        """Add subscriptions, or change those that have the same ids."""
        with self.lock:
            self._subscriptions |= {each.id.lower(): each for each in subscriptions}

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Return all of them, in the order they were added."""
        with self.lock:
            return tuple(self._subscriptions.values())

    def subscription(self, identity: str) -> Subscription | None:
        """Return one, if it is in this tenant."""
        with self.lock:
            return self._subscriptions.get(identity.lower())

    def put(self, *resources: Document) -> None:
        """Add resources, or replace those that have the same ids."""
        with self.lock:
            self._resources |= {each["id"].lower(): each for each in resources}

    def find(self, identity: str) -> Document | None:
        """Return the resource with an id in any spelling, if it exists."""
        with self.lock:
            return self._resources.get(identity.lower())

    def remove(self, identity: str) -> bool:
        """Remove a resource and all below it; False if there is none."""
        key = identity.lower()
        with self.lock:
            found = key in self._resources
            below = [each for each in self._resources if each.startswith(f"{key}/")]
            for each in (key, *below) if found else ():
                del self._resources[each]
            return found

    def listed(self, scope: str, kind: str) -> list[Document]:
        """Return the resources of one type below *scope*, sorted by id in lower case."""
        start, wanted = f"{scope.lower()}/", kind.lower()
        with self.lock:
            return [
                document
                for key, document in sorted(self._resources.items())
                if key.startswith(start) and _is_of(document["type"].lower(), wanted)
            ]

    def deny(self, action: str, subscription: str | None = None) -> None:
        """Let nobody do *action*, like `Microsoft.Compute/*`; None: in no subscription."""
        with self.lock:
            self._denials.append((action.lower(), subscription and subscription.lower()))

    def allow_everything(self) -> None:
        """Forget every denial."""
        with self.lock:
            self._denials.clear()

    def denies(self, action: str, subscription: str) -> bool:
        """Tell whether *action* is denied in *subscription*."""
        with self.lock:
            return any(
                fnmatchcase(action.lower(), pattern) and place in {None, subscription.lower()}
                for pattern, place in self._denials
            )

    def page_size(self, kind: str) -> int:
        """Return how many of a type are on one page."""
        sizes = {name.lower(): size for name, size in self.page_sizes.items()}
        return sizes.get(kind.lower(), _PAGE_SIZE)

    def charge(self, *charges: Charge) -> None:
        """Let something cost money."""
        with self.lock:
            self._charges += charges

    def charges(self, scope: str) -> tuple[Charge, ...]:
        """Return what is to be paid for in a subscription or a resource group."""
        with self.lock:
            return tuple(each for each in self._charges if each.is_in(scope))


def _is_of(kind: str, wanted: str) -> bool:
    return kind != GROUP.lower() if wanted == ANYTHING else kind == wanted
