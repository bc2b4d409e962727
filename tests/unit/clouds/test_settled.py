"""What is loaded by the first use of a cloud is left alone, and what comes later is not."""

import atexit
import gc
from collections.abc import Iterator

import pytest

from adapters.clouds.settled import settle
from domain.accounts import Provider


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is said to the collector, in a process in which nothing was said yet."""
    said: list[str] = []
    monkeypatch.setattr(gc, "freeze", lambda: said.append("freeze"))
    monkeypatch.setattr(gc, "unfreeze", lambda: said.append("unfreeze"))
    monkeypatch.setattr(atexit, "register", lambda last: last())
    settle.cache_clear()
    yield said
    settle.cache_clear()


def test_each_cloud_settles_once_in_a_process(said: list[str]) -> None:
    for provider in (Provider.AWS, Provider.GCP, Provider.AWS):
        settle(provider)
    assert said.count("freeze") == 2


def test_at_the_end_all_is_looked_through_again(said: list[str]) -> None:
    settle(Provider.AWS)
    assert said == ["freeze", "unfreeze"]
