"""Runs that nobody works on: what beat asks for every minute hands them to a worker."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg2
import pytest
from pydantic import SecretStr

from adapters.queue.task_names import TaskName
from application.use_cases.request_resource import RequestResourceRequest
from domain.leases import terraform_lease
from domain.provisioning import ResourceId, ResourceStatus, RunStatus
from entrypoints.bootstrap.container import Container, build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.worker.rig import WorkerRig
from tests.integration.worker.test_worker import a_user_with_aws
from tests.waiting import soon

OWNER = "may@example.org"
_STEPS = """
SELECT number FROM terraform_steps JOIN terraform_runs ON id = run_id WHERE resource_id = {}
"""


@pytest.fixture
def service(worker: WorkerRig, aws: AwsServer) -> Iterator[Container]:
    """The service of a user with AWS, where no message ever reaches the worker."""
    a_user_with_aws(worker.environment, OWNER, endpoint=aws.endpoint)
    container = build_container(
        Settings(
            database=SecretStr(worker.database_url),
            secret_key=SecretStr(worker.environment["MULTICLOUD_SECRET_KEY"]),
            broker=SecretStr("redis://127.0.0.1:1/0"),
            allow_custom_endpoints=True,
        )
    )
    yield container
    container.shutdown_resources()


def a_minute_later(rig: WorkerRig, resource_id: ResourceId) -> None:
    """Let the time pass for which a run may wait for its first worker."""
    connection = psycopg2.connect(rig.database_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "UPDATE terraform_runs SET queued_at = queued_at - interval '2 minutes' "
            "WHERE resource_id = %s",
            (resource_id,),
        )
    connection.close()


def asked_for(rig: WorkerRig, service: Container, name: str) -> ResourceId:
    """Ask for a bucket, of which no worker is told."""
    spec = {"kind": "aws_s3_bucket", "name": name, "region": "eu-west-1"}
    requested = service.request_resource()(
        RequestResourceRequest(user_email=OWNER, credential_name="main", spec=spec)
    )
    assert not requested.handed_over
    a_minute_later(rig, requested.resource.id)
    return requested.resource.id


def begun(service: Container, resource_id: ResourceId, *, lease: timedelta) -> None:
    """Let a worker begin with it and fall silent, which its *lease* tells after a while."""
    with service.unit_of_work() as work:
        work.leases.claim(terraform_lease(resource_id), holder="silent", duration=lease)
        run, resource = work.runs.active(resource_id), work.resources.get(resource_id)
        assert run is not None
        now = service.clock().now()
        work.runs.save(run.moved_to(RunStatus.PLANNING, at=now))
        work.resources.save(resource.moved_to(ResourceStatus.PROVISIONING, at=now))
        work.commit()


def test_a_run_whose_message_was_lost_or_whose_worker_died_is_handed_to_another(
    worker: WorkerRig, service: Container
) -> None:
    lost, left, held = (asked_for(worker, service, f"mays-{n}") for n in ("one", "two", "three"))
    begun(service, left, lease=timedelta(0))
    begun(service, held, lease=timedelta(minutes=5))

    worker.call(TaskName.RECOVER_RUNS.value)

    def status(resource_id: ResourceId) -> ResourceStatus:
        with service.unit_of_work() as work:
            return work.resources.get(resource_id).status

    soon(lambda: status(lost) is status(left) is ResourceStatus.ACTIVE, patience=60)
    assert status(held) is ResourceStatus.PROVISIONING
    assert worker.rows(_STEPS.format(held)) == []
