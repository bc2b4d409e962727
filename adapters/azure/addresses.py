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
    public: tuple[str, ...]
    """Lower-cased ids of public addresses."""
    odd: bool
    """Whether it may have more than could be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressBook:
    """Which interface has which addresses; None for a list that may not be read."""

    interfaces: dict[str, _Interface] | None
    public: dict[str, str] | None
    oddity: str | None = None

    def of(self, interfaces: Collection[str]) -> Addresses:
        """Return the addresses of a machine with these *interfaces*, named by lower-cased ids."""
        if self.interfaces is None:
            return Addresses(private=None, public=None, oddity=self.oddity)
        found = [known for each in interfaces if (known := self.interfaces.get(each))]
        private = [address for each in found for address in each.private]
        if self.public is None:
            return Addresses(private=private, public=None, oddity=self.oddity)
        named = [identity for each in found for identity in each.public]
        public = [address for each in named if (address := self.public.get(each))]
        lost = (
            any(each.odd for each in found)
            or (_NAMELESS in self.interfaces and len(found) < len(interfaces))
            or (_NAMELESS in self.public and len(public) < len(named))
        )
        return Addresses(private=private, public=public, oddity=_LOST if lost else None)


def read_addresses(session: AzureSession, subscription: str) -> AddressBook:
    """Return the addresses of everything in the subscription.

    A list that may not be read is an oddity: the machines are listed all the same.

    Raises:
        PortError: a list could not be read for another reason.
    """
    try:
        interfaces = dict(_interfaces(session, subscription))
    except AccessDenied as denied:
        return AddressBook(interfaces=None, public=None, oddity=_unknown("addresses", denied))
    try:
        public = dict(_public(session, subscription))
    except AccessDenied as denied:
        oddity = _unknown("public addresses", denied)
        return AddressBook(interfaces=interfaces, public=None, oddity=oddity)
    return AddressBook(interfaces=interfaces, public=public)


def _interfaces(session: AzureSession, subscription: str) -> Iterator[tuple[str, _Interface]]:
    for identity, record in _records(session, LIST_NETWORK_INTERFACES, subscription):
        shapes = record.records("properties.ipConfigurations")
        private = (each.text("properties.privateIPAddress") for each in shapes)
        public = (each.identity("properties.publicIPAddress.id") for each in shapes)
        yield (
            identity,
            _Interface(
                private=tuple(address for address in private if address),
                public=tuple(name.lower() for name in public if name),
                odd=bool(record.oddities),  # after the texts above were read
            ),
        )


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
