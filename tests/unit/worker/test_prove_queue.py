"""What a worker writes down about the queue that a message came through."""

import pytest
from dependency_injector import providers
from pydantic import SecretStr

from adapters.fakes.clock import FakeClock
from adapters.fakes.memory import MemoryStore, MemoryUnitOfWork
from adapters.queue.task_names import TaskName
from application.ports.errors import Rejected
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.tasks.base import Outcome


def proven_by(routing_key: str) -> Outcome:
    """Run the task as if its message had come with *routing_key*."""
    store = MemoryStore(FakeClock())
    container = Container()
    container.unit_of_work.override(providers.Factory(MemoryUnitOfWork, store))
    app = worker_app(
        lambda: Settings(broker=SecretStr("redis://localhost")), lambda _settings: container
    )
    task = app.tasks[TaskName.PROVE_QUEUE.value]
    outcome: Outcome = task.apply(routing_key=routing_key, throw=True).get()
    return outcome


def test_the_queue_is_the_one_that_the_message_came_through() -> None:
    assert proven_by("terraform")["queue"] == "terraform"
    assert proven_by("sync")["queue"] == "sync"


def test_a_queue_that_is_none_of_ours_proves_nothing() -> None:
    with pytest.raises(Rejected, match="celery, sync, terraform"):
        proven_by("somebody-elses")
