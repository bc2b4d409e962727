"""Virtual machines, subscription by subscription, in two passes and never one by one."""

from collections.abc import Iterator

from adapters.azure.addresses import read_addresses
from adapters.azure.calls import ask_pages
from adapters.azure.operations import LIST_VIRTUAL_MACHINES, Call
from adapters.azure.power_states import read_power_states
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Reading, interfaces_of, read_virtual_machine


def list_virtual_machines(session: AzureSession, subscription: str) -> Iterator[Reading]:
    """Yield every virtual machine of a subscription.

    Whether a machine runs stands only in a list of its own, which is read first: whoever is new
    in the second has no power state yet, and is listed all the same.
    """
    power = read_power_states(session, subscription)
    addresses = read_addresses(session, subscription)
    call = Call(operation=LIST_VIRTUAL_MACHINES, subscription=subscription)
    for page in ask_pages(session, call):
        for payload in page:
            yield read_virtual_machine(
                payload,
                power=power.take(_key(payload)),
                addresses=addresses.take(interfaces_of(payload)),
                subscription=subscription,
            )


def _key(payload: object) -> str:
    identity = payload.get("id") if isinstance(payload, dict) else None
    return identity.lower() if isinstance(identity, str) else ""
