from datetime import UTC, datetime, timedelta

import pytest

from adapters.system.clock import SystemClock
from tests.contract.clock_contract import ClockContract


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> SystemClock:
        return SystemClock()

    def test_it_tells_the_time_of_this_machine(self, clock: SystemClock) -> None:
        before = datetime.now(UTC)
        assert before <= clock.now() <= datetime.now(UTC)

    def test_it_stands_still_while_the_machine_is_set_back(self) -> None:
        noon = datetime(2030, 1, 1, 12, tzinfo=UTC)
        readings = iter([noon, noon - timedelta(hours=1), noon + timedelta(seconds=1)])
        clock = SystemClock(read=lambda: next(readings))
        assert [clock.now(), clock.now()] == [noon, noon]
        assert clock.now() == noon + timedelta(seconds=1)
