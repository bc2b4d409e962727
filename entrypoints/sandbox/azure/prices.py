"""What the resources of the demo cost: a small price list, read by everything that is there."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from entrypoints.sandbox.azure.costs import Charge
from entrypoints.sandbox.azure.ids import MACHINE, STORAGE
from entrypoints.sandbox.azure.tenant import Document

_MACHINES: Final[Mapping[str, float]] = {
    "Standard_B2s": 0.99,
    "Standard_D2s_v5": 2.47,
    "Standard_D4s_v5": 4.94,
    "Standard_E4s_v5": 6.62,
    "Standard_F4s_v2": 4.37,
}
"""Euros a day; of machines that are deallocated only the disk is paid for."""
_DISK: Final = 0.19
_STORAGE: Final[Mapping[str, float]] = {
    "Standard_LRS": 1.13,
    "Standard_GRS": 2.71,
    "Standard_ZRS": 1.58,
    "Premium_LRS": 6.04,
}
_TRAFFIC: Final = 0.41


def charges_for(document: Document, *, until: date | None = None) -> Iterator[Charge]:
    """Return what is paid for one resource; *until*: it was there for the last time that day."""
    match document["type"]:
        case kind if kind == MACHINE:
            yield from _for_machine(document, until)
        case kind if kind == STORAGE:
            yield _charge(document, "Storage", _STORAGE[document["sku"]["name"]], until)


def _for_machine(machine: Document, until: date | None) -> Iterator[Charge]:
    codes = {each["code"] for each in machine["properties"]["instanceView"]["statuses"]}
    if "PowerState/running" in codes:
        price = _MACHINES[machine["properties"]["hardwareProfile"]["vmSize"]]
        yield _charge(machine, "Virtual Machines", price, until)
        yield _charge(machine, "Bandwidth", _TRAFFIC, until)
    yield _charge(machine, "Storage", _DISK, until)


def _charge(document: Document, service: str, daily: float, until: date | None) -> Charge:
    return Charge(
        scope=document["id"].partition("/providers/")[0],
        service=service,
        daily=daily,
        resource=document["id"],
        location=document["location"],
        until=until,
    )
