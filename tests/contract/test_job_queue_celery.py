import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.queue.celery_queue import JOB_EXPIRES, SYNC_TASK, CeleryJobQueue, sending_app
from adapters.queue.liveness import answering_workers
from adapters.queue.task_names import TaskName
from application.ports.errors import Rejected, Unavailable
from application.ports.job_queue import (
    DestroyResourceJob,
    Job,
    ProvisionResourceJob,
    SyncCredentialJob,
    UpdateCostDataJob,
)
from domain.accounts import CredentialId, Provider, UserId
from domain.jobs import MessageId, Urgency
from domain.provisioning import ResourceId
from tests.broker import messages_in, redis_client, waiting_messages
from tests.contract.job_queue_contract import (
    Arrived,
    JobQueueContract,
    UnreachableJobQueueContract,
    a_cost_job,
    a_credential_job,
    a_job,
)

PROVIDER_OF = {name.value: provider for provider, name in SYNC_TASK.items()}


def job_of(task: str, arguments: list[Any]) -> Job:
    if task == TaskName.PROVISION_RESOURCE:
        return ProvisionResourceJob(resource_id=ResourceId(*arguments))
    if task == TaskName.DESTROY_RESOURCE:
        return DestroyResourceJob(resource_id=ResourceId(*arguments))
    if task == TaskName.UPDATE_CREDENTIAL_COST_DATA:
        return UpdateCostDataJob(
            user_id=UserId(arguments[0]), credential_id=CredentialId(arguments[1])
        )
    return SyncCredentialJob(
        user_id=UserId(arguments[0]),
        credential_id=CredentialId(arguments[1]),
        provider=PROVIDER_OF[task],
    )


@pytest.fixture
def silent_server() -> Iterator[str]:
    """A broker that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://:hunter2@127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"redis://:hunter2@127.0.0.1:{server.getsockname()[1]}/0"


class TestCeleryJobQueue(JobQueueContract, UnreachableJobQueueContract):
    @pytest.fixture
    def queue(self, valkey_url: str) -> CeleryJobQueue:
        return CeleryJobQueue(sending_app(valkey_url, valkey_url))

    @pytest.fixture
    def arrived(self, valkey_url: str) -> Arrived:
        return lambda: [job_of(*message) for message in waiting_messages(valkey_url, "sync")]

    @pytest.fixture
    def arrived_of_terraform(self, valkey_url: str) -> Arrived:
        return lambda: [job_of(*message) for message in waiting_messages(valkey_url, "terraform")]

    @pytest.fixture
    def unreachable_queue(self, closed_port: str) -> CeleryJobQueue:
        return CeleryJobQueue(sending_app(closed_port, closed_port))

    def test_a_hundred_jobs_take_few_round_trips(
        self, queue: CeleryJobQueue, valkey_url: str
    ) -> None:
        queue.enqueue([a_job(1)])  # which also declares the queue
        with redis_client(valkey_url) as client:
            before = client.info("commandstats")["cmdstat_lpush"]["calls"]
            reads_before = client.info("stats")["total_reads_processed"]
            queue.enqueue(a_job(n) for n in range(1, 101))
            reads = client.info("stats")["total_reads_processed"] - reads_before
            assert client.info("commandstats")["cmdstat_lpush"]["calls"] - before == 100
        assert reads < 20

    def test_a_client_that_repeats_commands_by_itself_sends_every_job_too(
        self, valkey_url: str
    ) -> None:
        url = f"{valkey_url}?retry_on_timeout=true"  # kombu then sends one by one
        queue = CeleryJobQueue(sending_app(url, valkey_url))
        assert queue.enqueue(a_job(n) for n in range(1, 151)) == 150
        assert len(waiting_messages(valkey_url, "sync")) == 150

    def test_a_queue_that_nobody_takes_from_does_not_grow_for_ever(self, valkey_url: str) -> None:
        queue = CeleryJobQueue(sending_app(valkey_url, valkey_url), most_waiting=150)
        assert queue.enqueue(a_job(n) for n in range(1, 1000)) == 200
        assert len(waiting_messages(valkey_url, "sync")) == 200

    def test_what_nobody_takes_leaves_room_for_other_queues_and_what_is_more_urgent(
        self, valkey_url: str
    ) -> None:
        queue = CeleryJobQueue(sending_app(valkey_url, valkey_url), most_waiting=1)
        background = a_credential_job(1, Provider.AWS)
        assert queue.enqueue([background]) == 1
        assert queue.enqueue([background]) == 0
        assert queue.enqueue([replace(background, urgency=Urgency.ASKED)]) == 1
        assert queue.enqueue([ProvisionResourceJob(resource_id=ResourceId(1))]) == 1

    def test_the_text_of_a_failure_names_no_password(self, closed_port: str) -> None:
        with pytest.raises(Unavailable, match="CELERY_BROKER_URL") as failure:
            CeleryJobQueue(sending_app(closed_port, closed_port)).enqueue([a_job(1)])

        assert "hunter2" not in str(failure.value)

    def test_a_broker_that_never_answers_is_given_up_within_ten_seconds(
        self, silent_server: str
    ) -> None:
        began = time.monotonic()
        with pytest.raises(Unavailable):
            CeleryJobQueue(sending_app(silent_server, silent_server)).enqueue([a_job(1)])

        assert time.monotonic() - began < 10

    def test_nobody_answers_on_a_broker_without_workers(self, valkey_url: str) -> None:
        assert answering_workers(sending_app(valkey_url, valkey_url), patience=0.2) == ()

    def test_asking_for_workers_over_a_dead_broker_fails_clearly(self, closed_port: str) -> None:
        with pytest.raises(Unavailable):
            answering_workers(sending_app(closed_port, closed_port))

    def test_a_broker_of_an_unknown_kind_is_refused_with_the_kinds_that_are_known(self) -> None:
        with pytest.raises(Rejected, match="redis://"):
            sending_app("amqp://user:hunter2@host", "amqp://")

    @pytest.mark.parametrize(
        ("job", "waits_in"),
        [
            (a_job(1), "sync"),
            (a_cost_job(1), "sync"),
            (ProvisionResourceJob(resource_id=ResourceId(1)), "terraform"),
            (DestroyResourceJob(resource_id=ResourceId(1)), "terraform"),
        ],
    )
    def test_a_job_that_nobody_takes_expires(
        self, queue: CeleryJobQueue, valkey_url: str, job: Job, waits_in: str
    ) -> None:
        began = datetime.now(UTC)
        queue.enqueue([job])

        lasts = datetime.fromisoformat(expiry_in(valkey_url, waits_in) or "") - began
        assert 0 <= lasts.total_seconds() - JOB_EXPIRES < 5

    def test_what_a_person_asked_for_comes_before_what_waits_in_the_background(
        self, queue: CeleryJobQueue, arrived: Arrived
    ) -> None:
        asked = (replace(job, urgency=Urgency.ASKED) for job in (a_job(2), a_cost_job(3)))
        queue.enqueue([a_job(1), *asked, a_job(4)])
        assert arrived() == [a_job(2), a_cost_job(3), a_job(1), a_job(4)]

    def test_each_message_of_a_job_has_the_same_id(
        self, queue: CeleryJobQueue, valkey_url: str
    ) -> None:
        message = MessageId("sync:credential:1#7")
        job = replace(a_credential_job(1, Provider.AWS), message=message)
        queue.enqueue([job, job])
        ids = [each["headers"]["id"] for each in messages_in(valkey_url, "sync")]
        assert ids == [message, message]

    def test_a_message_is_what_celery_itself_would_send(
        self, queue: CeleryJobQueue, valkey_url: str
    ) -> None:
        queue.enqueue([replace(a_job(1), urgency=Urgency.ASKED, message=MessageId("one"))])
        sending_app(valkey_url, valkey_url).send_task(
            SYNC_TASK[Provider.AWS].value,
            args=(7, 1),
            task_id="one",
            ignore_result=True,
            expires=JOB_EXPIRES,
        )
        ours, theirs = messages_in(valkey_url, "sync")
        for part, own in (
            ("headers", {"expires"}),
            ("properties", {"reply_to", "expiration", "delivery_tag"}),
        ):
            assert ours[part].keys() | own == theirs[part].keys() | own
            assert {**ours.pop(part), **dict.fromkeys(own)} == {
                **theirs.pop(part),
                **dict.fromkeys(own),
            }
        assert ours == theirs


def expiry_in(valkey_url: str, queue: str) -> str | None:
    """Return when the one message in *queue* expires; None: never."""
    [message] = messages_in(valkey_url, queue)
    expires: str | None = message["headers"]["expires"]
    return expires
