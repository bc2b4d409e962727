import pytest

from adapters.fakes.job_queue import FakeJobQueue
from application.ports.errors import Unavailable
from tests.contract.job_queue_contract import (
    Arrived,
    JobQueueContract,
    UnreachableJobQueueContract,
    a_job,
)


class TestFakeJobQueue(JobQueueContract, UnreachableJobQueueContract):
    @pytest.fixture
    def queue(self) -> FakeJobQueue:
        return FakeJobQueue()

    @pytest.fixture
    def arrived(self, queue: FakeJobQueue) -> Arrived:
        return lambda: list(queue.jobs)

    @pytest.fixture
    def unreachable_queue(self) -> FakeJobQueue:
        return FakeJobQueue(failing=Unavailable("The message broker did not take the work."))

    def test_it_can_break_after_some_batches(self) -> None:
        queue = FakeJobQueue(failing=Unavailable("Gone."), healthy_batches=2)

        with pytest.raises(Unavailable):
            queue.enqueue(a_job(n) for n in range(1, 301))

        assert len(queue.jobs) == 200
