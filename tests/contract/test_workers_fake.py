import pytest

from adapters.fakes.workers import FakeWorkers
from application.ports.errors import Unavailable
from tests.contract.workers_contract import Come, WorkersContract


class TestFakeWorkers(WorkersContract):
    @pytest.fixture
    def workers(self) -> FakeWorkers:
        return FakeWorkers()

    @pytest.fixture
    def come(self, workers: FakeWorkers) -> Come:
        return workers.come

    def test_a_scripted_failure_is_raised(self, workers: FakeWorkers) -> None:
        workers.failure = Unavailable("The broker is away.")
        with pytest.raises(Unavailable):
            workers.names()
