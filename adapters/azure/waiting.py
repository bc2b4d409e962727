"""How long Azure asks us to wait, in whichever of its ways."""

import re
from collections.abc import Mapping

from adapters.clouds.waiting import seconds_to_wait

_IN_MILLISECONDS = frozenset({"retry-after-ms", "x-ms-retry-after-ms"})
_QUOTA = re.compile(r"x-ms-ratelimit-[a-z0-9.-]*retry-after")


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Return the longest wait that *headers* ask for, in seconds; None if they ask for none.

    Costs have a header for each quota that may run out, and none of the usual ones.
    """
    named = {name.lower(): value for name, value in headers.items()}
    waits = [_wait(name, value, sent=named.get("date")) for name, value in named.items()]
    return max((wait for wait in waits if wait is not None), default=None)


def _wait(name: str, value: str, *, sent: str | None) -> float | None:
    if name in _IN_MILLISECONDS:
        milliseconds = seconds_to_wait(value, sent=None)
        return None if milliseconds is None else milliseconds / 1000
    if name == "retry-after" or _QUOTA.fullmatch(name):
        return seconds_to_wait(value, sent=sent)
    return None
