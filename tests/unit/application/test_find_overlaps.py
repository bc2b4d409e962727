"""Whoever has two credentials for one account is told so, and hears of nobody else's."""

from collections.abc import Callable

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.overlaps import MOST_OVERLAPS, FoundOverlap
from application.ports.errors import NotFound
from application.use_cases.find_overlaps import FindOverlaps
from domain.accounts import Provider
from tests.contract.overlaps_contract import ACCOUNT, TENANT, listing, reaching

Units = Callable[[], MemoryUnitOfWork]


@pytest.fixture
def units() -> Units:
    store = MemoryStore(FakeClock())
    return lambda: MemoryUnitOfWork(store)


def found(units: Units, email: str | None = None) -> list[FoundOverlap]:
    return list(FindOverlaps(unit_of_work=units)(email))


def test_it_is_told_which_reach_what_and_what_to_do(units: Units) -> None:
    reaching(units, "main", ACCOUNT)
    reaching(units, "the second", ACCOUNT)
    (overlap,) = found(units, "ada@example.org")
    assert overlap.told == (
        "main and the second of ada@example.org both reach AWS account 111122223333: the inventory "
        "lists what is there once for each of them; its cost is counted once"
    )
    assert overlap.what_to_do == (
        "See it listed once with multicloud inventory --user ada@example.org --credential main. "
        "If one is enough, stop using the other: multicloud credentials disable --user "
        "ada@example.org --name 'the second'; what was seen with it stays, and what was built with "
        "it cannot be destroyed then."
    )


def test_of_many_the_first_are_named(units: Units) -> None:
    for name in "abcde":
        owner = reaching(units, name, TENANT, provider=Provider.AZURE)
        listing(units, owner, "s-1", "s-2")
    (overlap,) = found(units)
    assert overlap.told.startswith(
        "a, b, c and 2 more of ada@example.org all reach Azure subscriptions s-1 and s-2: "
    )


def test_nobody_hears_of_what_others_have(units: Units) -> None:
    reaching(units, "main", ACCOUNT)
    for name in ("main", "second"):
        reaching(units, name, ACCOUNT, email="eve@example.org")
    assert found(units, "ada@example.org") == []
    (of_eve,) = found(units, "eve@example.org")
    assert found(units) == [of_eve]
    with pytest.raises(NotFound):
        found(units, "nobody@example.org")


def test_a_screenful_is_told_at_a_time(units: Units) -> None:
    for number in range(MOST_OVERLAPS + 1):
        for name in ("main", "second"):
            reaching(units, name, ACCOUNT, email=f"user{number}@example.org")
    assert len(found(units)) == MOST_OVERLAPS
