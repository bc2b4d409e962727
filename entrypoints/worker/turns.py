"""How a message tells whose turn it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from application.use_cases.end_turn import EndTurnRequest
    from domain.schedule import Turn

_ENTRY: Final = "multicloud_entry"
_TURN: Final = "multicloud_turn"


def headers_of(turn: "Turn") -> dict[str, object]:
    """Return what a message that beat sends tells of its turn."""
    return {_ENTRY: turn.entry, _TURN: turn.turn.isoformat()}


def turn_of(headers: object) -> "EndTurnRequest | None":
    """Return the turn that *headers* tell; None if they tell none, or what nobody can read."""
    from application.use_cases.end_turn import EndTurnRequest  # noqa: PLC0415 - loads much
    from domain.schedule import EntryName  # noqa: PLC0415 - as above

    if not isinstance(headers, Mapping):
        return None
    entry, turn = headers.get(_ENTRY), headers.get(_TURN)
    if not isinstance(entry, str) or not isinstance(turn, str):
        return None
    try:
        moment = datetime.fromisoformat(turn)
    except ValueError:
        return None
    return EndTurnRequest(entry=EntryName(entry), turn=moment) if moment.tzinfo else None
