"""Waiting for what happens by itself."""

import time
from collections.abc import Callable
from typing import Final

_SHORTEST: Final = 0.05
_LONGEST: Final = 0.5
_TIMES_WHAT_IT_COSTS: Final = 4


def soon(condition: Callable[[], object], *, patience: float = 30.0) -> None:
    """Wait until *condition* holds; a costly one is asked less often, as others need the time."""
    began = time.monotonic()
    deadline = began + patience
    while not condition():
        asked = time.monotonic()
        assert asked < deadline, "it did not happen in time"
        time.sleep(max(_SHORTEST, min(_TIMES_WHAT_IT_COSTS * (asked - began), _LONGEST)))
        began = time.monotonic()
