"""A real worker behind a real broker does what is asked of it."""

import os
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

import pytest
from pydantic import SecretStr

from adapters.queue.task_names import TaskName
from application.use_cases.add_credential import AddCredentialRequest
from application.use_cases.add_user import AddUserRequest
from domain.accounts import UserId
from entrypoints.bootstrap.container import build_container
from entrypoints.bootstrap.settings import Settings
from entrypoints.sandbox.aws.server import AwsServer
from tests.integration.embedded.processes import processes_about
from tests.integration.worker.rig import WorkerRig, celery, running_worker
from tests.waiting import soon


def a_user_with_aws(environment: Mapping[str, str], email: str, *, endpoint: str) -> UserId:
    """Return a new user with one credential, for the account behind *endpoint*."""
    container = build_container(
        Settings(
            database=SecretStr(environment["DATABASE_URL"]),
            secret_key=SecretStr(environment["MULTICLOUD_SECRET_KEY"]),
            allow_custom_endpoints=True,
        )
    )
    user = container.add_user()(AddUserRequest(email=email))
    document = {
        "access_key_id": "AKIATESTTESTTESTTEST",
        "secret_access_key": "canary/of/a/secret/access/key/0123456789",
        "endpoint_url": endpoint,
        "regions": ["eu-west-1", "us-east-1"],
    }
    container.add_credential()(
        AddCredentialRequest(user_email=email, provider="aws", name="main", document=document)
    )
    container.shutdown_resources()
    return user.id


def test_inspect_lists_every_published_name(worker: WorkerRig) -> None:
    done = celery("inspect", "registered", environment=worker.environment)

    assert done.returncode == 0
    assert [name for name in TaskName if name.value not in done.stdout] == []


def test_what_is_asked_for_a_user_ends_as_inventory_in_the_database(
    worker: WorkerRig, aws: AwsServer
) -> None:
    user_id = a_user_with_aws(worker.environment, "ann@example.org", endpoint=aws.endpoint)

    worker.call(TaskName.SYNC_USER.value, user_id)

    ended = "SELECT 1 FROM sync_runs JOIN credentials ON credentials.id = credential_id"
    soon(lambda: worker.rows(f"{ended} WHERE user_id = {user_id} AND status <> 'running'"))
    regions = f"SELECT DISTINCT region FROM resource_inventory WHERE user_id = {user_id}"
    assert sorted(worker.rows(regions)) == [("eu-west-1",), ("us-east-1",)]
    assert "canary" not in worker.log.read_text()


def test_a_task_called_from_the_command_line_is_done(worker: WorkerRig) -> None:
    done = celery("call", TaskName.SYNC_ALL_USERS.value, environment=worker.environment)

    task_id = done.stdout.strip()
    soon(lambda: f"[{task_id}] succeeded" in worker.log.read_text())


@pytest.mark.parametrize(
    ("args", "kwargs", "sentence"),
    [
        ((), {"user": 1}, "user_id"),
        (("hunter2",), {}, "user_id is of type str"),
        ((1, 2, 3), {}, "too many"),
        ((), {"user_id": -1}, "below 1"),
    ],
)
def test_arguments_that_are_no_ids_fail_with_one_sentence(
    worker: WorkerRig, args: tuple[object, ...], kwargs: dict[str, object], sentence: str
) -> None:
    failure = worker.failure_of(TaskName.SYNC_USER.value, *args, **kwargs)

    assert sentence in failure
    assert "Traceback" not in worker.log.read_text()


def test_a_user_who_does_not_exist_is_a_failure_that_says_so(worker: WorkerRig) -> None:
    assert "999" in worker.failure_of(TaskName.SYNC_USER.value, 999)
    assert "Traceback" not in worker.log.read_text()


def test_whoever_watches_hears_of_a_failure_its_class_and_no_text(worker: WorkerRig) -> None:
    heard: list[dict[str, object]] = []
    sender = worker.sender
    sender.control.enable_events()
    with sender.connection_for_read() as connection:
        listening = sender.events.Receiver(connection, handlers={"task-failed": heard.append})
        ears = Thread(target=lambda: listening.capture(limit=None, timeout=30, wakeup=False))
        ears.start()
        soon(lambda: worker.failure_of(TaskName.SYNC_USER.value, 999) and heard)
        listening.should_stop = True
        ears.join()

    assert heard[0]["exception"] == "NotFound"
    assert "traceback" not in heard[0]


@pytest.mark.parametrize(
    ("name", "args"),
    [
        (TaskName.PROVISION_RESOURCE, (4711,)),
        (TaskName.DESTROY_RESOURCE, (4711,)),
    ],
)
def test_a_resource_that_nobody_asked_for_is_a_failure_that_names_it(
    worker: WorkerRig, name: TaskName, args: tuple[int, ...]
) -> None:
    assert "4711" in worker.failure_of(name.value, *args)
    assert "Traceback" not in worker.log.read_text()


def test_a_name_that_was_never_published_is_named_in_the_log_and_harms_nobody(
    worker: WorkerRig,
) -> None:
    worker.call("app.tasks.nope", "hunter2")

    soon(lambda: "Unknown task 'app.tasks.nope'" in worker.log.read_text())
    assert "hunter2" not in worker.log.read_text().split("Unknown task")[-1]
    assert "4711" in worker.failure_of(TaskName.DESTROY_RESOURCE.value, 4711)


@pytest.mark.parametrize("pool", ["threads", "solo"])
def test_other_pools_do_the_work_as_well(
    environment: dict[str, str], folder: Path, pool: str
) -> None:
    own_queue = environment | {"CELERY_BROKER_URL": environment["CELERY_RESULT_BACKEND"]}
    with running_worker(pool, ["-P", pool], environment=own_queue, folder=folder) as rig:
        called = rig.call(TaskName.UPDATE_PROVIDER_HEALTH.value)
        soon(lambda: f"[{called.id}] succeeded" in rig.log.read_text())


def test_a_killed_worker_leaves_no_process_at_work(
    environment: dict[str, str], folder: Path
) -> None:
    own_queue = environment | {"CELERY_BROKER_URL": environment["CELERY_RESULT_BACKEND"]}
    with (
        socket.create_server(("127.0.0.1", 0)) as silent_cloud,
        running_worker("killed", ["-c", "1"], environment=own_queue, folder=folder) as rig,
    ):
        endpoint = f"http://127.0.0.1:{silent_cloud.getsockname()[1]}"
        user_id = a_user_with_aws(environment, "bob@example.org", endpoint=endpoint)
        rig.call(TaskName.SYNC_USER.value, user_id)
        silent_cloud.settimeout(30)
        with silent_cloud.accept()[0]:  # the task is under way, and will wait for long
            pids = processes_about("killed@localhost")
            assert len(pids) == 2

            os.kill(min(pids), signal.SIGKILL)

            soon(lambda: processes_about("killed@localhost") == [])
