"""An answer without end, or one that never comes to its end, is given up."""

from collections.abc import Iterator
from itertools import count, repeat

import pytest

from adapters.clouds.bounded import TooLarge, read_whole


def test_the_parts_of_an_answer_are_put_together() -> None:
    assert read_whole([b"on", b"", b"e"], seconds=1) == b"one"
    assert read_whole([], seconds=1) == b""


def test_an_answer_without_end_is_given_up_before_it_fills_the_memory() -> None:
    with pytest.raises(TooLarge):
        read_whole(repeat(b"x" * 1000), seconds=60, largest=1_000_000)


def test_an_answer_that_drips_is_given_up_in_time() -> None:
    clock = count()

    def drip() -> Iterator[bytes]:
        for _ in range(10):
            yield b"x"
        raise AssertionError("it was read on")

    with pytest.raises(TimeoutError):
        read_whole(drip(), seconds=5, now=lambda: next(clock))
