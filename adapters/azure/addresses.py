"""The addresses of virtual machines: two lists for the whole subscription, joined here."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from adapters.azure.calls import ask_pages
from adapters.azure.operations import (
    LIST_NETWORK_INTERFACES,
    LIST_PUBLIC_ADDRESSES,
    Call,
    Operation,
)
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Addresses
from adapters.clouds.record import Record
from application.ports.errors import AccessDenied

_NAMELESS = ""
"""Under this id stands what cannot be joined to anything."""
_LOST = "some of its addresses may stand in a record that cannot be read"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Interface:
    """One network interface."""

    private: tuple[str, ...]
    public: tuple[str, ...] = ()
    odd: bool = False
    """Whether it may have more than could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """Which interface has which addresses.

    An interface belongs to one machine, so each is told once and forgotten: a subscription of
    100,000 machines has 40 MB of them.
    """

    interfaces: dict[str, _Interface] | None
    """By lower-cased id; None where their list may not be read."""
    knows_public: bool = True
    """Whether the list of public addresses could be read."""
    oddity: str | None = None

    def take(self, interfaces: Collection[str]) -> Addresses:
        """Return the addresses of a machine with these *interfaces*, and forget them.

        They are named by lower-cased ids.
        """
        if self.interfaces is None:
            return Addresses(private=None, public=None, oddity=self.oddity)
        found = [known for each in interfaces if (known := self.interfaces.pop(each, None))]
        private = [address for each in found for address in each.private]
        if not self.knows_public:
            return Addresses(private=private, public=None, oddity=self.oddity)
        public = [address for each in found for address in each.public]
        lost = any(each.odd for each in found) or (
            _NAMELESS in self.interfaces and len(found) < len(interfaces)
        )
        return Addresses(private=private, public=public, oddity=_LOST if lost else None)


def read_addresses(session: AzureSession, subscription: str) -> AddressBook:
    """Return the addresses of everything in the subscription.

    A list that may not be read is an oddity: the machines are listed all the same. Public
    addresses are read first and joined as the interfaces come, so that their long ids are not
    kept; one that is new since then has no address yet, until the next sync.

    Raises:
        PortError: a list could not be read for another reason.
    """
    public: dict[str, str] = {}
    oddity = None
    try:
        public.update(_public(session, subscription))
    except AccessDenied as denied:
        public.clear()
        oddity = _unknown("public addresses", denied)
    try:
        interfaces = dict(_interfaces(session, subscription, public))
    except AccessDenied as denied:
        return AddressBook(interfaces=None, oddity=_unknown("addresses", denied))
    return AddressBook(interfaces=interfaces, knows_public=oddity is None, oddity=oddity)


def _interfaces(
    session: AzureSession, subscription: str, public: dict[str, str]
) -> Iterator[tuple[str, _Interface]]:
    """Yield each interface; its public addresses are those of *public*, by lower-cased id."""
    for identity, record in _records(session, LIST_NETWORK_INTERFACES, subscription):
        shapes = record.records("properties.ipConfigurations")
        private = (each.text("properties.privateIPAddress") for each in shapes)
        told = tuple(address for address in private if address)
        ids = (each.identity("properties.publicIPAddress.id") for each in shapes)
        named = [name.lower() for name in ids if name]
        found = tuple(address for name in named if (address := public.get(name)))
        lost = _NAMELESS in public and len(found) < len(named)
        odd = bool(record.oddities) or lost  # after the texts above were read
        yield identity, _Interface(private=told, public=found, odd=odd)


def _public(session: AzureSession, subscription: str) -> Iterator[tuple[str, str]]:
    """Yield each public address that is assigned at the moment, and what may be one."""
    for identity, record in _records(session, LIST_PUBLIC_ADDRESSES, subscription):
        address = record.text("properties.ipAddress")
        if address:
            yield identity, address
        elif record.oddities or identity == _NAMELESS:
            yield _NAMELESS, ""


def _records(
    session: AzureSession, operation: Operation, subscription: str
) -> Iterator[tuple[str, Record]]:
    """Yield each record under its lower-cased id; those without an id are all nameless."""
    for page in ask_pages(session, Call(operation=operation, subscription=subscription)):
        for payload in page:
            record = Record(payload)
            yield (record.identity("id") or _NAMELESS).lower(), record


def _unknown(what: str, denied: AccessDenied) -> str:
    return f"its {what} are unknown: {denied.summary}"
