"""What watches over a process from outside, such as the health check of a container.

It is called every few seconds, so it is put together without the rest of the house, whose import
alone would cost more than the look itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from types import MappingProxyType
from typing import Final

from adapters.persistence.engine import opened_engine
from adapters.persistence.unit_of_work import SqlUnitOfWork
from adapters.queue.celery_queue import sending_app
from adapters.queue.liveness import CeleryWorkers
from adapters.queue.routes import SYNC_QUEUE, TERRAFORM_QUEUE
from adapters.system.clock import SystemClock
from application.use_cases.check_beat import CheckBeat
from application.use_cases.check_worker import CheckWorker
from domain.queues import QueueName
from entrypoints.bootstrap.settings import load_settings

WORK_OF: Final[Mapping[QueueName, tuple[str, ...]]] = MappingProxyType(
    {
        QueueName(SYNC_QUEUE): ("sync:", "cost:", "health:"),
        QueueName(TERRAFORM_QUEUE): ("terraform:",),
    }
)
"""What the names of the leases begin with under which the work of a queue is done."""


@contextmanager
def worker_check() -> Iterator[CheckWorker]:
    """Give what looks at a worker, as the environment describes the service.

    Raises:
        SettingsError: the environment is not acceptable, or a server is not configured.
    """
    settings = load_settings()
    sender = sending_app(
        settings.broker_url, settings.result_backend, sentinel_master=settings.sentinel_master
    )
    with closing(sender), opened_engine(settings.database_url) as engine:
        yield CheckWorker(
            unit_of_work=lambda: SqlUnitOfWork(engine),
            workers=CeleryWorkers(sender),
            clock=SystemClock(),
            work_of=WORK_OF,
        )


@contextmanager
def beat_check() -> Iterator[CheckBeat]:
    """Give what looks for beat, as the environment describes the service.

    Raises:
        SettingsError: the environment is not acceptable, or the database is not configured.
    """
    with opened_engine(load_settings().database_url) as engine:
        yield CheckBeat(unit_of_work=lambda: SqlUnitOfWork(engine))
