"""What is lost with messages, and what is not."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from pydantic import SecretStr

from adapters.queue.task_names import TaskName
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from application.use_cases.request_resource import RequestResourceRequest
from application.use_cases.sync_user_resources import SyncUserRequest
from domain.accounts import UserId
from domain.inventory import ResourceKind
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.aws.clients import KEYS
from entrypoints.sandbox.aws.server import AwsServer
from tests.broker import redis_client
from tests.integration.worker.rig import WorkerRig, celery, running_worker
from tests.unit.domain.specs.documents import a_document
from tests.waiting import soon

USER = "you@example.org"
THE_JOB = "SELECT status FROM jobs WHERE name = 'sync:credential:1'"


@pytest.fixture
def cloud() -> Iterator[AwsServer]:
    server = AwsServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def service(environment: dict[str, str], cloud: AwsServer) -> Iterator[Container]:
    """The service of one user with a key to an account; no worker runs yet."""
    container = build_container(
        Settings(
            database=SecretStr(environment["DATABASE_URL"]),
            broker=SecretStr(environment["CELERY_BROKER_URL"]),
            secret_key=SecretStr(environment["MULTICLOUD_SECRET_KEY"]),
            allow_custom_endpoints=True,
        )
    )
    container.add_user()(AddUserRequest(email=USER))
    key = {**KEYS, "endpoint_url": cloud.endpoint, "regions": ["eu-west-1"]}
    container.add_credential()(
        AddCredentialRequest(user_email=USER, provider="aws", name="main", document=key)
    )
    yield container
    container.shutdown_resources()


@pytest.fixture
def allowed(environment: dict[str, str]) -> dict[str, str]:
    """The settings of a worker that may reach the cloud of these tests."""
    return environment | {"MULTICLOUD_ALLOW_CUSTOM_ENDPOINTS": "true"}


def test_what_is_purged_is_done_all_the_same(
    service: Container, allowed: dict[str, str], tmp_path: Path
) -> None:
    service.sync_user_resources()(SyncUserRequest(user_id=UserId(1)))
    spec: dict[str, Any] = a_document(ResourceKind.AWS_S3_BUCKET)
    service.request_resource()(
        RequestResourceRequest(user_email=USER, credential_name="main", spec=spec)
    )
    assert waiting(allowed) == {"sync": 1, "terraform": 1}

    celery("purge", "-f", "-Q", "celery,sync,terraform", environment=allowed)
    assert waiting(allowed) == {"sync": 0, "terraform": 0}
    with a_worker(allowed, tmp_path) as worker:
        let_minutes_pass(allowed)
        worker.call(TaskName.DISPATCH_JOBS.value)
        worker.call(TaskName.RECOVER_RUNS.value)

        soon(lambda: worker.rows(THE_JOB) == [("succeeded",)])
        soon(lambda: waiting(allowed)["terraform"] == 1)


def test_a_job_whose_message_was_revoked_waits_for_as_long_as_the_worker_runs(
    service: Container, allowed: dict[str, str], tmp_path: Path
) -> None:
    with a_worker(allowed, tmp_path) as worker:
        celery("control", "revoke", "sync:credential:1#1", environment=allowed)
        service.sync_user_resources()(SyncUserRequest(user_id=UserId(1)))
        soon(lambda: worker.log.read_text().count("Discarding revoked task") == 1)
        let_minutes_pass(allowed)
        worker.call(TaskName.DISPATCH_JOBS.value)
        soon(lambda: worker.log.read_text().count("Discarding revoked task") == 2)
        assert worker.rows(THE_JOB) == [("queued",)]

    let_minutes_pass(allowed)
    with a_worker(allowed, tmp_path) as worker:
        worker.call(TaskName.DISPATCH_JOBS.value)
        soon(lambda: worker.rows(THE_JOB) == [("succeeded",)])


def a_worker(environment: Mapping[str, str], folder: Path) -> AbstractContextManager[WorkerRig]:
    """Run a worker of all queues but that of Terraform."""
    queues = ["-c", "1", "-Q", "celery,sync"]
    return running_worker("lone", queues, environment=environment, folder=folder)


def waiting(environment: Mapping[str, str]) -> dict[str, int]:
    """Return how many messages wait in each queue, as asked for by a person."""
    with redis_client(environment["CELERY_BROKER_URL"]) as client:
        return {queue: int(client.llen(queue)) for queue in ("sync", "terraform")}


def let_minutes_pass(environment: Mapping[str, str]) -> None:
    """Let everything that was sent have been sent three minutes ago."""
    connection = psycopg2.connect(environment["DATABASE_URL"])
    with connection, connection.cursor() as cursor:
        cursor.execute("UPDATE jobs SET sent_at = sent_at - INTERVAL '3 minutes'")
        cursor.execute("UPDATE terraform_runs SET queued_at = queued_at - INTERVAL '3 minutes'")
    connection.close()
