"""The sending side of Celery."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Final

from celery import Celery
from kombu.connection import Connection
from kombu.exceptions import KombuError
from kombu.messaging import Producer
from redis.exceptions import RedisError

from adapters.queue.broker import (
    broker_transport_options,
    result_options,
    usable_broker_url,
    wire_format,
)
from adapters.queue.room import MOST_WAITING, queue_of, waiting_in
from adapters.queue.routes import DEFAULT_QUEUE, task_routes
from adapters.queue.task_names import TaskName
from application.ports.errors import Busy, Unavailable
from application.ports.job_queue import (
    DestroyResourceJob,
    Job,
    JobQueue,
    ProvisionResourceJob,
    SyncCredentialJob,
    SyncUserJob,
    UpdateCostDataJob,
)
from domain.accounts import Provider
from domain.jobs import Urgency

BATCH_SIZE: Final = 100

SYNC_TASK: Final = {
    Provider.AWS: TaskName.SYNC_AWS,
    Provider.AZURE: TaskName.SYNC_AZURE,
    Provider.GCP: TaskName.SYNC_GCP,
}

BROKER_ERRORS: Final = (KombuError, RedisError, OSError)
"""Whatever kombu and redis raise when the broker does not do what we ask."""

_FEW_TRIES: Final = {"max_retries": 1, "interval_start": 0.2}
_LITTLE_PATIENCE: Final = {"socket_connect_timeout": 3, "socket_timeout": 3}
JOB_EXPIRES: Final[Mapping[type[Job], int]] = {
    SyncUserJob: 540,
    SyncCredentialJob: 110,
    UpdateCostDataJob: 110,
    ProvisionResourceJob: 90,
    DestroyResourceJob: 90,
}
"""Seconds after which a job that nobody has taken is dropped."""
# Whatever is a row in the database and was not begun is sent again: jobs after two
# minutes, runs of Terraform after one. A message is good for a little less or more than that, so
# that a queue nobody gets through does not hold the same work again and again.


def sending_app(
    broker_url: str, result_backend: str, *, sentinel_master: str = "mymaster"
) -> Celery:
    """Return an app that can send tasks and ask workers, and gives up on a dead broker soon.

    Nothing is connected before its first use.

    Raises:
        Rejected: *broker_url* is not the address of a broker that can be used.
    """
    app = Celery("multi-cloud-sender", set_as_current=False)
    app.conf.update(
        broker_url=usable_broker_url(broker_url),
        broker_transport_options=broker_transport_options(sentinel_master=sentinel_master)
        | _FEW_TRIES
        | _LITTLE_PATIENCE,
        broker_pool_acquire_timeout=10,
        task_publish_retry_policy=_FEW_TRIES,
        task_default_queue=DEFAULT_QUEUE,
        task_routes=task_routes(),
        **wire_format(),
        **result_options(result_backend, sentinel_master=sentinel_master),
    )
    return app


@contextmanager
def broker_errors() -> Iterator[None]:
    """Turn what the broker's client raises into `Unavailable`, without the broker's address.

    The address is left out because it holds the broker's password.
    """
    try:
        yield
    except BROKER_ERRORS as exc:
        raise Unavailable(
            "The message broker did not take the work.",
            remedy="See that Redis runs and that CELERY_BROKER_URL leads to it.",
        ) from exc


def message_of(job: Job) -> tuple[TaskName, tuple[int, ...]]:
    """Return the task that does *job*, and its arguments in order."""
    match job:
        case SyncUserJob():
            return TaskName.SYNC_USER, (job.user_id,)
        case SyncCredentialJob():
            return SYNC_TASK[job.provider], (job.user_id, job.credential_id)
        case UpdateCostDataJob():
            return TaskName.UPDATE_CREDENTIAL_COST_DATA, (job.user_id, job.credential_id)
        case ProvisionResourceJob():
            return TaskName.PROVISION_RESOURCE, (job.resource_id,)
        case DestroyResourceJob():
            return TaskName.DESTROY_RESOURCE, (job.resource_id,)


class CeleryJobQueue(JobQueue):
    """Hands jobs to Celery workers, a hundred at a time: ask whether there is room, and send."""

    def __init__(self, app: Celery, *, most_waiting: int = MOST_WAITING) -> None:
        """*most_waiting*: a batch is not sent where so many messages of its priority wait."""
        self._app = app
        self._most_waiting = most_waiting

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Hand over *jobs*; no connection is held while the next batch is being made."""
        remaining = iter(jobs)
        count = 0
        while batch := tuple(islice(remaining, BATCH_SIZE)):
            with broker_errors():
                self._publish(batch)
            count += len(batch)
        return count

    def _publish(self, batch: tuple[Job, ...]) -> None:
        with self._app.producer_or_acquire() as producer:
            self._must_have_room(producer.connection, batch)
            with producer.batch(max_size=BATCH_SIZE):
                for job in batch:
                    self._send(job, producer)

    def _must_have_room(self, connection: Connection, batch: tuple[Job, ...]) -> None:
        places = {(queue_of(self._app, message_of(job)[0].value), _priority(job)) for job in batch}
        for queue, priority in places:
            waiting = waiting_in(connection, queue, priority)
            if waiting >= self._most_waiting:
                raise Busy(
                    f"{waiting} messages wait in the queue {queue}, so no more are added.",
                    remedy=f"Start a worker for it: celery -A entrypoints.worker worker -Q {queue}",
                )

    def _send(self, job: Job, producer: Producer) -> None:
        name, arguments = message_of(job)
        # A result that somebody might wait for would subscribe once for each message.
        self._app.send_task(
            name.value,
            args=arguments,
            producer=producer,
            ignore_result=True,
            expires=JOB_EXPIRES[type(job)],
            priority=_priority(job),
            **_own_id(job),
        )


def _priority(job: Job) -> int:
    """Return the priority; 0 comes first."""
    if isinstance(job, SyncCredentialJob | UpdateCostDataJob):
        return job.urgency.value
    return Urgency.ASKED.value


def _own_id(job: Job) -> dict[str, str | None]:
    """Return the id, the same one for each message of one occurrence; none where any will do."""
    if isinstance(job, SyncCredentialJob | UpdateCostDataJob):
        return {"task_id": job.message}
    return {}
