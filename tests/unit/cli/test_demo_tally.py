"""What the demo tells is true however many syncs it took."""

from collections.abc import Callable
from functools import partial

import pytest
from dependency_injector import providers

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.ports.unit_of_work import UnitOfWork
from domain.accounts import Credential
from domain.inventory import ObservedResource
from domain.syncs import ChangeCounts
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.cli.demo_tally import Tally
from tests.contract.store_builders import NOW, a_resource, add_credential, listed


class Site:
    """A store, a credential, and syncs that see what they are told to."""

    def __init__(self) -> None:
        self.clock = FakeClock(NOW)
        self.units: Callable[[], UnitOfWork] = partial(MemoryUnitOfWork, MemoryStore(self.clock))
        self.owner: Credential = add_credential(self.units)
        container = build_container(Settings())
        container.clock.override(providers.Object(self.clock))
        container.unit_of_work.override(providers.Callable(self.units))
        self.tally = Tally(container)

    def sync(self, *seen: ObservedResource) -> None:
        listed(self.units, self.owner, seen, at=self.clock.now())


@pytest.fixture
def site() -> Site:
    return Site()


def test_what_appeared_is_counted_though_a_later_sync_found_nothing_new(site: Site) -> None:
    for _ in range(2):
        site.sync(a_resource("a"), a_resource("b"))
    assert site.tally() == ChangeCounts(appeared=2)


def test_nothing_is_told_twice_and_what_nothing_happened_to_is_unchanged(site: Site) -> None:
    site.sync(a_resource("a"), a_resource("b"))
    site.tally()
    for _ in range(2):
        site.sync(a_resource("a"), a_resource("b"))
    assert site.tally() == ChangeCounts(unchanged=2)


def test_changes_of_the_same_moment_are_told_once_each(site: Site) -> None:
    site.sync(a_resource("a"), a_resource("b"))
    site.tally()
    for _ in range(2):
        site.sync(a_resource("a", status="stopped"), a_resource("b"))
    assert site.tally() == ChangeCounts(changed=1, unchanged=1)
    assert site.tally() == ChangeCounts(unchanged=2)
