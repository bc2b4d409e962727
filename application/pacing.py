"""Saying that a call to a cloud was not sent."""

from application.ports.errors import Throttled
from domain.pacing import ApiCall
from domain.sentences import counted


def held_back(call: ApiCall, *, seconds: float) -> Throttled:
    """Return the error for *call*, which could only be sent in so many *seconds*."""
    return Throttled(
        f"The calls allowed for {call} are used up for "
        f"{counted(max(1, round(seconds)), 'more second')}.",
        remedy="Nothing to do: it is tried again later.",
        retry_after=seconds,
    )
