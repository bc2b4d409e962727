"""Reading one record, and making sure that what comes out can be kept."""

from adapters.azure.shapes import Addresses, Power, read_virtual_machine
from domain.inventory import ObservedResource, UnreadableRecord
from tests.unit.azure.payloads import PLACE

NO_ADDRESSES = Addresses()


def read(
    payload: object, *, power: str | None = None, addresses: Addresses = NO_ADDRESSES
) -> ObservedResource | UnreadableRecord:
    return read_virtual_machine(
        payload, power=Power(state=power), addresses=addresses, subscription=PLACE
    )


def kept(resource: object) -> ObservedResource:
    """Return the resource, if it can be kept and compared."""
    assert isinstance(resource, ObservedResource)
    assert resource.fingerprint() == resource.fingerprint()
    for text in (resource.name or "", *(resource.tags or {}), *(resource.tags or {}).values()):
        text.encode()
        assert "\x00" not in text
    return resource
