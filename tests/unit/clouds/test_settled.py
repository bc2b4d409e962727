"""What is loaded by the first use of a cloud is left alone, and what comes later is not."""

import atexit
import gc
import weakref
from collections.abc import Iterator

import pytest

from adapters.clouds.settled import settle
from domain.accounts import Provider


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is said to the collector, in a process in which nothing was said yet."""
    said: list[str] = []
    monkeypatch.setattr(gc, "get_freeze_count", lambda: said.count("freeze"))
    monkeypatch.setattr(gc, "collect", lambda: said.append("collect"))
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


def test_the_garbage_of_a_process_that_has_worked_is_collected_and_not_kept(
    said: list[str],
) -> None:
    settle(Provider.AWS)  # in a process that has only just begun there is none
    settle(Provider.GCP)
    assert [each for each in said if each != "unfreeze"] == ["freeze", "collect", "freeze"]


def test_what_forms_a_cycle_and_is_used_by_nobody_does_not_outlive_it() -> None:
    class Client:
        def __init__(self) -> None:
            self.itself = self

    settle.cache_clear()
    gc.freeze()  # as a worker does before it forks
    try:
        unused = weakref.ref(Client())
        settle(Provider.AZURE)
        assert unused() is None
    finally:
        gc.unfreeze()
        settle.cache_clear()


def test_at_the_end_all_is_looked_through_again(said: list[str]) -> None:
    settle(Provider.AWS)
    assert said == ["freeze", "unfreeze"]
