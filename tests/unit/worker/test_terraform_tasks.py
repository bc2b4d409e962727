"""What a worker makes of a run of Terraform, however long that takes."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from dependency_injector import providers
from pydantic import SecretStr

from adapters.queue.task_names import TaskName
from application.terraform_work import RunReport
from application.use_cases.destroy_resource import DestroyResourceRequest
from application.use_cases.provision_resource import ProvisionResourceRequest
from domain.provisioning import ResourceId, ResourceStatus
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.settings import Settings
from entrypoints.worker.celery_app import worker_app
from entrypoints.worker.tasks.base import Outcome
from entrypoints.worker.tasks.terraform_tasks import destroy_resource, provision_resource

BUSY = RunReport(
    resource_id=ResourceId(7), resource_status=ResourceStatus.PROVISIONING, run=None, busy=True
)


def taking_too_long(_request: object) -> NoReturn:
    raise SoftTimeLimitExceeded


def container_with(
    *, provision: Callable[..., object], destroy: Callable[..., object]
) -> Container:
    container = Container()
    container.provision_resource.override(providers.Object(provision))
    container.destroy_resource.override(providers.Object(destroy))
    return container


def test_a_task_asks_for_the_resource_and_reports_how_far_it_is() -> None:
    asked: list[object] = []

    def work(request: object) -> RunReport:
        asked.append(request)
        return BUSY

    container = container_with(provision=work, destroy=work)

    assert provision_resource(container, 7)["outcome"] == "already_running"
    assert destroy_resource(container, 7)["status"] == "provisioning"
    assert asked == [
        ProvisionResourceRequest(resource_id=ResourceId(7)),
        DestroyResourceRequest(resource_id=ResourceId(7)),
    ]


@pytest.mark.parametrize("task", [provision_resource, destroy_resource])
def test_terraform_that_takes_long_is_left_to_the_next_task_and_that_is_no_failure(
    task: Callable[[Container, int], Outcome],
) -> None:
    container = container_with(provision=taking_too_long, destroy=taking_too_long)

    assert task(container, 7) == {"resource_id": 7, "outcome": "left_running"}


@pytest.mark.parametrize("name", [TaskName.PROVISION_RESOURCE, TaskName.DESTROY_RESOURCE])
def test_a_worker_takes_it_for_done_as_well(name: TaskName, tmp_path: Path) -> None:
    container = container_with(provision=taking_too_long, destroy=taking_too_long)
    settings = Settings(broker=SecretStr("redis://127.0.0.1:1/0"), data_dir=tmp_path)
    app = worker_app(lambda: settings, lambda _: container)

    assert app.tasks[name.value](7)["outcome"] == "left_running"
