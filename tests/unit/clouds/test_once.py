"""One thread asks, everybody gets the answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.clouds.once import Once
from application.ports.errors import AccessDenied


def test_many_threads_ask_once() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    once = Once(ask)
    with ThreadPoolExecutor(16) as pool:
        assert set(pool.map(lambda _: once(), range(64))) == {1}


def test_a_failure_is_shared_too_with_everything_it_says() -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        raise AccessDenied("It is refused.", remedy="Grant it.", permission="x:Y")

    once = Once(ask)
    for _ in range(3):
        with pytest.raises(AccessDenied) as caught:
            once()
        assert (caught.value.summary, caught.value.permission) == ("It is refused.", "x:Y")
    assert len(asked) == 1
