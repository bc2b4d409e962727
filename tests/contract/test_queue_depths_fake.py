import pytest

from adapters.fakes.queue_depths import FakeQueueDepths
from application.ports.errors import Unavailable
from tests.contract.queue_depths_contract import Put, QueueDepthsContract


class TestFakeQueueDepths(QueueDepthsContract):
    @pytest.fixture
    def depths(self) -> FakeQueueDepths:
        return FakeQueueDepths()

    @pytest.fixture
    def put(self, depths: FakeQueueDepths) -> Put:
        return lambda queue, priority, number: depths.put(queue, priority=priority, messages=number)

    def test_a_scripted_failure_is_raised(self, depths: FakeQueueDepths) -> None:
        depths.failure = Unavailable("The broker went away.")
        with pytest.raises(Unavailable):
            depths.read()
