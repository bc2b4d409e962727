"""Reading an answer that may have no end, or come one byte at a time."""

import time
from collections.abc import Callable, Iterable
from typing import Final

LARGEST_ANSWER: Final = 64 * 1024 * 1024
"""Bytes, unpacked. The largest page of any list we ask for has a tenth of that."""


class TooLarge(ValueError):
    """The answer is larger than any that we know how to use."""


def read_whole(
    parts: Iterable[bytes],
    *,
    seconds: float,
    largest: int = LARGEST_ANSWER,
    now: Callable[[], float] = time.monotonic,
) -> bytes:
    """Return all *parts* of an answer as one.

    Raises:
        TooLarge: there are more than *largest* bytes.
        TimeoutError: the last part had not come after so many *seconds*.
    """
    deadline = now() + seconds
    whole = bytearray()
    for part in parts:
        whole += part
        if len(whole) > largest:
            raise TooLarge(f"more than {largest} bytes")
        if now() > deadline:
            raise TimeoutError(f"more than {seconds} seconds")
    return bytes(whole)
