from datetime import timedelta

import pytest

from adapters.fakes.clock import START, FakeClock
from tests.contract.clock_contract import ClockContract


class TestFakeClock(ClockContract):
    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock()

    def test_it_moves_only_when_it_is_told_to(self, clock: FakeClock) -> None:
        assert clock.now() == clock.now() == START
        assert clock.advance(timedelta(minutes=5)) == START + timedelta(minutes=5)
        assert clock.now() == START + timedelta(minutes=5)

    def test_it_cannot_be_set_back(self, clock: FakeClock) -> None:
        with pytest.raises(ValueError, match="does not go back"):
            clock.advance(timedelta(seconds=-1))
