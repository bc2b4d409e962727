"""What doctor says of credentials that reach the same."""

from functools import partial

import pytest
from dependency_injector import providers

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.ports.unit_of_work import OpenUnitOfWork
from entrypoints.bootstrap.checks import _accounts
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from tests.contract.overlaps_contract import ACCOUNT, reaching


@pytest.fixture
def units() -> OpenUnitOfWork:
    return partial(MemoryUnitOfWork, MemoryStore(FakeClock()))


@pytest.fixture
def container(units: OpenUnitOfWork) -> Container:
    container = build_container(Settings())
    container.unit_of_work.override(providers.Callable(units))
    return container


def test_that_each_reaches_something_else_is_said(
    container: Container, units: OpenUnitOfWork
) -> None:
    reaching(units, "main", ACCOUNT)
    reaching(units, "main", ACCOUNT, email="eve@example.org")
    assert _accounts(container) == "no two credentials of one user reach the same"


def test_those_that_reach_the_same_are_no_failure_and_told_in_full(
    container: Container, units: OpenUnitOfWork
) -> None:
    reaching(units, "main", ACCOUNT)
    reaching(units, "second", ACCOUNT)
    said = _accounts(container)
    assert f"main and second of ada@example.org both reach AWS account {ACCOUNT}" in said
    assert "multicloud credentials disable --user ada@example.org --name second" in said
