"""Asking over the broker who is there."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from celery import Celery

from adapters.queue.broker import WRITE_NOTHING
from adapters.queue.celery_queue import JOB_EXPIRES
from adapters.queue.errors import broker_errors
from adapters.queue.task_names import TaskName
from application.ports.workers import SeenWorker, Workers
from domain.queues import QueueName, WorkerName

_PATIENCE: Final = 3.0
"""Seconds; a worker that runs Terraform and syncs at the same time is slow to answer."""
_FIRST: Final = 0
"""The priority that comes before all others."""


def answering_workers(
    app: Celery, *, patience: float = 1.0, only: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Return the names of the workers that answer within *patience* seconds; maybe none.

    With *only*, no others are asked, and the answer comes as soon as all of them have answered.

    Raises:
        Unavailable: the broker cannot be reached.
    """
    with broker_errors(app):
        replies = app.control.ping(destination=only, timeout=patience)
    return tuple(sorted(name for reply in replies for name in reply))


def reach_broker(app: Celery) -> None:
    """Return once the broker has answered, and would keep what it is given.

    Raises:
        Unavailable: it cannot be reached, or takes nothing.
    """
    with broker_errors(app), app.connection_for_write() as connection:
        connection.default_channel.client.execute_command(*WRITE_NOTHING)


class CeleryWorkers(Workers):
    """The workers of a broker, through Celery's remote control."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def answers(self, worker: WorkerName) -> bool:
        """Ask this one alone; the answer of one that is well comes at once."""
        return bool(answering_workers(self._app, patience=_PATIENCE, only=(worker,)))

    def names(self) -> Sequence[WorkerName]:
        """Ask everybody the one question that costs least."""
        return [WorkerName(name) for name in answering_workers(self._app)]

    def look(self) -> Sequence[SeenWorker]:
        """Ask who is there, and then those three questions, without waiting for anybody else."""
        names = self.names()
        if not names:
            return []
        inspect = self._app.control.inspect(destination=names, timeout=_PATIENCE)
        with broker_errors(self._app):
            queues, stats, active = inspect.active_queues(), inspect.stats(), inspect.active()
        return [
            _seen(name, (queues or {}).get(name), (stats or {}).get(name), (active or {}).get(name))
            for name in names
        ]

    def ask_for_proof(self, queues: Collection[QueueName]) -> None:
        """Send the task that beat sends too."""
        with broker_errors(self._app):
            for queue in queues:
                self._app.send_task(
                    TaskName.PROVE_QUEUE.value,
                    queue=queue,
                    priority=_FIRST,
                    expires=JOB_EXPIRES,
                    ignore_result=True,
                )


def _seen(
    name: str,
    queues: Sequence[Mapping[str, Any]] | None,
    stats: Mapping[str, Any] | None,
    active: Sequence[object] | None,
) -> SeenWorker:
    """Put together what a worker answered; what it did not answer in time is empty or nought."""
    pool = (stats or {}).get("pool", {})
    size = pool.get("max-concurrency")
    return SeenWorker(
        name=WorkerName(name),
        queues=tuple(sorted(QueueName(queue["name"]) for queue in queues or ())),
        pool=_pool_name(str(pool.get("implementation", ""))),
        size=size if isinstance(size, int) else 0,
        active=len(active or ()),
    )


def _pool_name(implementation: str) -> str:
    """Return `prefork` of `celery.concurrency.prefork:TaskPool`."""
    return implementation.partition(":")[0].rpartition(".")[2]
