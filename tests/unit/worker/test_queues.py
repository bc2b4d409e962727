from adapters.queue.routes import DEFAULT_QUEUE, task_routes
from entrypoints.bootstrap.supervisor_parts import QUEUES


def test_the_worker_of_up_takes_from_every_queue_that_anything_is_sent_to() -> None:
    sent_to = {DEFAULT_QUEUE, *(route["queue"] for route in task_routes().values())}
    assert set(QUEUES.split(",")) == sent_to
