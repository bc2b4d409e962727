from datetime import timedelta

import pytest

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from application.ports.errors import Unavailable
from application.ports.unit_of_work import OpenUnitOfWork
from tests.contract.clock_set_back_contract import SetBack
from tests.contract.leases_repository_contract import LetPass
from tests.contract.store_builders import add_user
from tests.contract.unit_of_work_contract import UnitOfWorkContract, everybody


class TestMemoryUnitOfWork(UnitOfWorkContract):
    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    @pytest.fixture
    def store(self, clock: FakeClock) -> MemoryStore:
        return MemoryStore(clock)

    @pytest.fixture
    def units(self, store: MemoryStore) -> OpenUnitOfWork:
        return lambda: MemoryUnitOfWork(store)

    @pytest.fixture
    def let_pass(self, clock: FakeClock) -> LetPass:
        return clock.advance

    @pytest.fixture
    def set_back(self, store: MemoryStore) -> SetBack:
        def by(duration: timedelta) -> None:
            store.clock = FakeClock(store.clock.now() - duration)

        return by

    def test_a_scripted_failure_happens_once_and_leaves_nothing_behind(
        self, store: MemoryStore, units: OpenUnitOfWork
    ) -> None:
        store.fail_next(Unavailable("The store went away."))
        store.fail_next(Unavailable("The store went away."), step="commit")
        for _ in range(2):
            with pytest.raises(Unavailable):
                add_user(units)
        assert everybody(units) == []
        add_user(units)
        assert len(everybody(units)) == 1
