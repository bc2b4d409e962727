"""What cannot be made, wherever it is wished: looked at before anything is."""

import re
from collections.abc import Callable, Mapping
from typing import Final

from entrypoints.sandbox.azure.errors import ArmError
from entrypoints.sandbox.azure.ids import GROUP, MACHINE, STORAGE
from entrypoints.sandbox.azure.names import check_name, check_tags
from entrypoints.sandbox.azure.tenant import Document

_PLACES_TEXT: Final = """
australiacentral australiaeast australiasoutheast austriaeast belgiumcentral brazilsouth
canadacentral canadaeast centralindia centralus chilecentral eastasia eastus eastus2
francecentral germanywestcentral indonesiacentral israelcentral italynorth japaneast japanwest
koreacentral koreasouth malaysiawest mexicocentral newzealandnorth northcentralus northeurope
norwayeast polandcentral qatarcentral southafricanorth southcentralus southeastasia southindia
spaincentral swedencentral switzerlandnorth uaenorth uksouth ukwest westcentralus westeurope
westindia westus westus2 westus3
"""
_PLACES: Final = frozenset(_PLACES_TEXT.split())
_SIZE: Final = re.compile(r"(Basic|Standard)_[A-Z]+\d+[\w-]*")
_SKU: Final = re.compile(r"Standard(V2)?_(LRS|ZRS|GRS|GZRS|RAGRS|RAGZRS)|Premium(V2)?_(LRS|ZRS)")


def check_wish(wished: Document, before: Document | None) -> None:
    """Do nothing if *wished* may be made, or made of what was there *before*.

    Raises:
        ArmError: its name, place, tags or size cannot be.
    """
    check_name(wished)
    _check_place(wished, before)
    check_tags(wished)
    check = _CHECKS.get(wished["type"].lower())
    if check is not None:
        check(wished, before)


def normal_place(place: str) -> str:
    """Return a location as ids of places are spelled: "West Europe" is `westeurope`."""
    return place.replace(" ", "").lower()


def _check_place(wished: Document, before: Document | None) -> None:
    place, kind, name = wished.get("location"), wished["type"], wished["name"]
    if place is None:
        return
    if before is not None and place != before["location"]:
        raise _moved(name, before, place)
    if place in _PLACES:
        return
    if kind.lower() == GROUP.lower():
        code, what = "LocationNotAvailableForResourceGroup", "resource group"
    else:
        code, what = "LocationNotAvailableForResourceType", f"resource type '{kind}'"
    known = ",".join(sorted(_PLACES))
    message = f"The provided location '{place}' is not available for {what}. "
    raise ArmError(400, code, f"{message}List of available regions is '{known}'.")


def _moved(name: str, before: Document, place: str) -> ArmError:
    there = before["location"]
    if before["type"].lower() == GROUP.lower():
        return ArmError(
            409,
            "InvalidResourceGroupLocation",
            f"Invalid resource group location '{place}'. The Resource group already exists in "
            f"location '{there}'.",
        )
    return ArmError(
        409,
        "InvalidResourceLocation",
        f"The resource '{name}' already exists in location '{there}'. A resource with the same "
        f"name cannot be created in location '{place}'. Please select a new resource name.",
    )


def _check_machine(wished: Document, before: Document | None) -> None:
    properties = wished.get("properties") or {}
    size = (properties.get("hardwareProfile") or {}).get("vmSize", "")
    if size and not _SIZE.fullmatch(size):
        raise ArmError(400, "InvalidParameter", f"The requested VM size {size} is not valid.")
    if before is None:
        return
    old = before["properties"]
    for part, name in (("osProfile", "adminUsername"), ("storageProfile", "imageReference")):
        was = (old.get(part) or {}).get(name)
        wanted = (properties.get(part) or {}).get(name, was)
        if was is not None and _unlike(was, wanted):
            message = f"Changing property '{part}.{name}' is not allowed."
            raise ArmError(409, "PropertyChangeNotAllowed", message)


def _unlike(was: object, wanted: object) -> bool:
    """Tell whether *wanted* contradicts what *was*, which may have more to it."""
    if isinstance(was, dict) and isinstance(wanted, dict):
        return any(was.get(name) != value for name, value in wanted.items())
    return was != wanted


def _check_account(wished: Document, _: Document | None) -> None:
    sku = (wished.get("sku") or {}).get("name", "")
    if not _SKU.fullmatch(sku):
        message = "Values for request parameters are invalid: sku."
        raise ArmError(400, "InvalidValuesForRequestParameters", message)


_CHECKS: Mapping[str, Callable[[Document, Document | None], None]] = {
    MACHINE.lower(): _check_machine,
    STORAGE.lower(): _check_account,
}
