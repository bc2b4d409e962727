import pytest

from adapters.fakes.pacing import FakePacing
from tests.contract.pacing_contract import CALL, Now, PacingContract, limits


class TestFakePacing(PacingContract):
    @pytest.fixture
    def pacing(self) -> FakePacing:
        return FakePacing(limits=limits)

    @pytest.fixture
    def now(self, pacing: FakePacing) -> Now:
        return lambda: pacing.now

    def test_it_remembers_what_was_sent_and_what_was_refused(self, pacing: FakePacing) -> None:
        pacing.wait(CALL)
        pacing.throttled(CALL, retry_after=2)
        assert (pacing.sent, pacing.refused) == ([CALL], [(CALL, 2)])
