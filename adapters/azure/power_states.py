"""The power states of virtual machines: one list for the whole subscription, joined here."""

from dataclasses import dataclass

from adapters.azure.calls import ask_pages
from adapters.azure.operations import LIST_VIRTUAL_MACHINES, Call
from adapters.azure.session import AzureSession
from adapters.azure.shapes import Power
from adapters.clouds.record import Record

_STATUS_ONLY = {"statusOnly": "true"}
_ABSENT = Power()
_LOST = Power(oddity="its power state may stand in a record that cannot be read")


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerStates:
    """Which machine is in which power state; each is told once and forgotten."""

    known: dict[str, Power]
    """By lower-cased id; those that have none, as while they are made, are left out."""
    others: Power = _ABSENT
    """What is known of every other machine."""

    def take(self, machine: str) -> Power:
        """Return the power state of the *machine* with this lower-cased id, and forget it."""
        return self.known.pop(machine, self.others)


def read_power_states(session: AzureSession, subscription: str) -> PowerStates:
    """Return the power states of everything in the subscription.

    A record that cannot be read is an oddity of each machine that has no state: it may be its.

    Raises:
        PortError: the list could not be read to its end.
    """
    call = Call(operation=LIST_VIRTUAL_MACHINES, subscription=subscription, query=_STATUS_ONLY)
    found = [power_of(payload) for page in ask_pages(session, call) for payload in page]
    each: dict[str, Power] = {}  # there are few, of many machines
    return PowerStates(
        known={
            machine: each.setdefault(state, Power(state=state))
            for machine, state in filter(None, found)
            if state
        },
        others=_LOST if None in found else _ABSENT,
    )


def power_of(payload: object) -> tuple[str, str | None] | None:
    """Return the lower-cased id and the power state that *payload* tells, None while there is none.

    None altogether: it cannot be read.
    """
    record = Record(payload)
    identity = record.identity("id")
    statuses = record.records("properties.instanceView.statuses")
    if identity is None or record.oddities:
        return None
    for status in statuses:
        kind, _, state = (status.text("code") or "").partition("/")
        if kind.lower() == "powerstate" and state:
            return identity.lower(), state.lower()
    return None if record.oddities else (identity.lower(), None)
