"""The sending side of Celery."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from celery import Celery
from kombu.connection import Connection
from kombu.entity import PERSISTENT_DELIVERY_MODE
from kombu.messaging import Producer
from kombu.utils.uuid import uuid

from adapters.queue.broker import (
    FEW_TRIES,
    LITTLE_PATIENCE,
    broker_transport_options,
    result_options,
    usable_broker_url,
    wire_format,
)
from adapters.queue.errors import broker_errors
from adapters.queue.room import MOST_WAITING, queue_of, waiting_in
from adapters.queue.routes import DEFAULT_QUEUE, task_routes
from adapters.queue.task_names import TaskName
from application.ports.job_queue import (
    DestroyResourceJob,
    Job,
    JobQueue,
    ProvisionResourceJob,
    SyncCredentialJob,
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

JOB_EXPIRES: Final = 20 * 60
"""Seconds after which a job that nobody has taken is dropped."""
# The sender's clock sets the moment and the worker's compares it, so this is by how much the two
# may differ before work is left undone. What was not begun is sent again after a minute or two,
# whatever waits already: a message too many costs a look at a row, and a queue that nobody gets
# through stops growing (`MOST_WAITING`).


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
        | FEW_TRIES
        | LITTLE_PATIENCE,
        broker_pool_acquire_timeout=10,
        task_publish_retry_policy=FEW_TRIES,
        task_default_queue=DEFAULT_QUEUE,
        task_routes=task_routes(),
        **wire_format(),
        **result_options(result_backend, sentinel_master=sentinel_master),
    )
    return app


def message_of(job: Job) -> tuple[TaskName, tuple[int, ...]]:
    """Return the task that does *job*, and its arguments in order."""
    match job:
        case SyncCredentialJob():
            return SYNC_TASK[job.provider], (job.user_id, job.credential_id)
        case UpdateCostDataJob():
            return TaskName.UPDATE_CREDENTIAL_COST_DATA, (job.user_id, job.credential_id)
        case ProvisionResourceJob():
            return TaskName.PROVISION_RESOURCE, (job.resource_id,)
        case DestroyResourceJob():
            return TaskName.DESTROY_RESOURCE, (job.resource_id,)


class CeleryJobQueue(JobQueue):
    """Hands jobs to Celery workers, a hundred at a time, as long as there is room for them."""

    def __init__(self, app: Celery, *, most_waiting: int = MOST_WAITING) -> None:
        """*most_waiting*: nothing is added where so many messages of the same priority wait."""
        self._app = app
        self._most_waiting = most_waiting
        self._queues: dict[TaskName, str] = {}

    def enqueue(self, jobs: Iterable[Job]) -> int:
        """Hand over *jobs*; no connection is held while the next batch is being made."""
        remaining = iter(jobs)
        count = 0
        while batch := tuple(islice(remaining, BATCH_SIZE)):
            with broker_errors(self._app):
                if not self._published(batch):
                    break
            count += len(batch)
        return count

    def _published(self, batch: tuple[Job, ...]) -> bool:
        with self._app.producer_or_acquire() as producer:
            if not self._has_room(producer.connection, batch):
                return False
            for queue in {self._queue_of(job) for job in batch}:
                producer.maybe_declare(self._app.amqp.queues[queue])
            expires = datetime.now(UTC) + timedelta(seconds=JOB_EXPIRES)
            with producer.batch(max_size=BATCH_SIZE):
                for job in batch:
                    self._send(job, producer, expires=expires.isoformat())
        return True

    def _has_room(self, connection: Connection, batch: tuple[Job, ...]) -> bool:
        places = {(self._queue_of(job), _priority(job)) for job in batch}
        return all(waiting_in(connection, *place) < self._most_waiting for place in places)

    def _queue_of(self, job: Job) -> str:
        task = message_of(job)[0]
        if task not in self._queues:
            self._queues[task] = queue_of(self._app, task.value)
        return self._queues[task]

    def _send(self, job: Job, producer: Producer, *, expires: str) -> None:
        """Publish a message as `Celery.send_task` makes it, for a fifth of what that costs.

        What is the same for all is found once: the route, the declared queue, the moment at which
        they expire. Left out is what nobody of ours needs: where to answer (`reply_to`), a time
        to live, which Redis has not (`expiration`; workers go by `expires`), Celery's signals of
        publishing, and another try, as the row of a job is sent again. Messages leave together,
        but one by one where the URL of the broker says `retry_on_timeout`: kombu repeats no batch.
        """
        name, arguments = message_of(job)
        number = _own_id(job) or uuid()
        message = self._app.amqp.create_task_message(
            number,
            name.value,
            arguments,
            root_id=number,
            expires=expires,
            ignore_result=True,  # whoever waited for one would subscribe once for each message
            argsrepr=repr(arguments),
            kwargsrepr="{}",
        )
        producer.publish(  # type: ignore[no-untyped-call]
            message.body,
            exchange="",
            routing_key=self._queue_of(job),
            serializer="json",
            delivery_mode=PERSISTENT_DELIVERY_MODE,
            priority=_priority(job),
            headers=message.headers,
            **message.properties,
        )


def _priority(job: Job) -> int:
    """Return the priority; 0 comes first."""
    if isinstance(job, SyncCredentialJob | UpdateCostDataJob):
        return job.urgency.value
    return Urgency.ASKED.value


def _own_id(job: Job) -> str | None:
    """Return the id, the same one for each message of one occurrence; None where any will do."""
    return job.message if isinstance(job, SyncCredentialJob | UpdateCostDataJob) else None
