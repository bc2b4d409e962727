import time

import pytest

from adapters.pacing.local import LocalPacing
from tests.contract.pacing_contract import Now, PacingContract, limits


class TestLocalPacing(PacingContract):
    @pytest.fixture
    def pacing(self) -> LocalPacing:
        return LocalPacing(limits=limits)

    @pytest.fixture
    def now(self) -> Now:
        return time.monotonic
