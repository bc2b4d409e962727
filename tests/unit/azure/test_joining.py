"""What other lists tell of a machine is told once, and then takes no memory any more."""

from collections.abc import Iterator
from typing import Any, cast

import pytest

from adapters.azure import addresses, power_states
from adapters.azure.addresses import AddressBook, _Interface, read_addresses
from adapters.azure.operations import LIST_NETWORK_INTERFACES, Call
from adapters.azure.power_states import PowerStates, read_power_states
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Power

NOBODY = cast("AzureSession", None)
"""Who is not asked anything, as the pages are there."""


def book() -> AddressBook:
    """Two machines, of which the first has two interfaces."""
    public = {"nic-1": ("198.51.100.1",), "nic-2": (), "nic-3": ("198.51.100.3",)}
    return AddressBook(
        interfaces={
            nic: _Interface(private=(f"10.0.0.{nic[-1]}",), public=addresses)
            for nic, addresses in public.items()
        }
    )


def test_a_machine_has_the_addresses_of_all_its_interfaces() -> None:
    found = book().take(("nic-1", "nic-2"))
    assert (found.private, found.public) == (["10.0.0.1", "10.0.0.2"], ["198.51.100.1"])
    assert found.oddity is None


def test_addresses_that_were_taken_are_forgotten_and_others_are_not() -> None:
    made = book()
    made.take(("nic-1", "nic-2"))
    assert (made.interfaces or {}).keys() == {"nic-3"}


def test_addresses_are_told_once() -> None:
    made = book()
    made.take(("nic-1",))
    assert made.take(("nic-1",)).private == []


def test_a_power_state_is_told_once_and_forgotten() -> None:
    made = PowerStates(known={"vm-1": Power(state="running"), "vm-2": Power(state="running")})
    assert made.take("vm-1").state == "running"
    assert made.known.keys() == {"vm-2"}
    assert made.take("vm-1").state is None


def test_a_power_state_that_many_machines_have_is_there_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    running = {"properties": {"instanceView": {"statuses": [{"code": "PowerState/running"}]}}}
    page = [{"id": f"vm-{number}", **running} for number in range(3)]
    monkeypatch.setattr(power_states, "ask_pages", lambda *_: [page])
    known = read_power_states(NOBODY, "shop").known
    assert known.keys() == {"vm-0", "vm-1", "vm-2"}
    assert len({id(each) for each in known.values()}) == 1


def test_a_public_address_is_joined_to_the_interface_that_names_it_however_it_spells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def pages(_: object, call: Call) -> Iterator[list[Any]]:
        if call.operation is LIST_NETWORK_INTERFACES:
            shape = {"properties": {"publicIPAddress": {"id": "shop/IP-1"}}}
            interface = {"id": "NIC-1", "properties": {"ipConfigurations": [shape]}}
            yield from ([interface], [interface])  # what moves meanwhile may be on two pages
        else:
            yield [{"id": f"shop/ip-{n}", "properties": {"ipAddress": f"::{n}"}} for n in (1, 2)]

    monkeypatch.setattr(addresses, "ask_pages", pages)
    found = read_addresses(NOBODY, "shop").take(("nic-1",))
    assert (found.private, found.public, found.oddity) == ([], ["::1"], None)
