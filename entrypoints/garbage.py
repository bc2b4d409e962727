"""How often Python looks for objects that only refer to each other."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 50_000


def collect_rarely() -> None:
    """Have this process look after 50,000 new objects, and no more after Python's own 700.

    Else a fifth of every start goes by in looking at modules that are there to stay, again and
    again, and a tenth of a large sync in looking at what the listing has brought so far.
    """
    gc.set_threshold(_NEW_OBJECTS, 20, 20)
