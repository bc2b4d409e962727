"""What whoever collects traces gets to see of a sync."""

from collections.abc import Iterator

import pytest
from dependency_injector import providers
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from pydantic import SecretStr

from adapters.fakes.clouds import FakeCloud
from adapters.fakes.memory import MemoryUnitOfWork
from adapters.fakes.secret_box import FakeSecretBox
from adapters.queue.task_names import TaskName
from application.ports.errors import CredentialsExpired
from domain.accounts import Credential
from entrypoints.bootstrap.container import Container
from entrypoints.bootstrap.settings import Settings
from entrypoints.bootstrap.tracing import tracing_through
from entrypoints.worker.celery_app import worker_app
from tests.unit.application.world import World

CANARY = "canary/secret/value"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def exported() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    with tracing_through(SimpleSpanProcessor(exporter)):
        yield exporter


def sync(world: World, credential: Credential) -> None:
    """Run the task of a sync, as a worker does."""
    container = Container(settings=Settings(broker=SecretStr("redis://localhost")))
    container.unit_of_work.override(providers.Factory(MemoryUnitOfWork, world.store))
    container.clouds.override(providers.Object(world.clouds))
    container.clock.override(providers.Object(world.clock))
    container.secret_box.override(providers.Object(FakeSecretBox("unused")))
    app = worker_app(container.settings, lambda _settings: container)
    app.tasks[TaskName.SYNC_AWS.value].apply(
        args=(credential.user_id, credential.id), task_id="task-1", throw=True
    )


def spans(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


def attributes(span: ReadableSpan) -> dict[str, object]:
    return dict(span.attributes or {})


def test_a_sync_is_a_span_of_the_task_and_inside_it_one_of_the_use_case(
    world: World, exported: InMemorySpanExporter
) -> None:
    credential = world.a_credential()
    sync(world, credential)
    found = spans(exported)
    task, use_case = found[TaskName.SYNC_AWS.value], found["SyncCredential"]
    assert use_case.parent is not None
    assert task.context is not None
    assert use_case.parent.span_id == task.context.span_id
    for span in (task, use_case):
        known = attributes(span)
        assert known["multicloud.task_id"] == "task-1"
        assert known["multicloud.credential_id"] == credential.id
        assert known["multicloud.user_id"] == credential.user_id
        assert span.status.status_code is StatusCode.UNSET
    assert "multicloud.run_id" in attributes(use_case)


def test_of_an_error_only_its_class_is_told(world: World, exported: InMemorySpanExporter) -> None:
    cloud = FakeCloud()
    cloud.fail_account(CredentialsExpired(f"The key {CANARY} has expired."))
    credential = world.a_credential(cloud=cloud)
    with pytest.raises(CredentialsExpired):
        sync(world, credential)
    failed = spans(exported)["SyncCredential"]
    assert failed.status.status_code is StatusCode.ERROR
    assert attributes(failed)["error.type"] == "CredentialsExpired"
    assert failed.events == ()
    assert all(CANARY not in span.to_json() for span in exported.get_finished_spans())


def test_the_service_has_a_name(world: World, exported: InMemorySpanExporter) -> None:
    sync(world, world.a_credential())
    (name,) = {span.resource.attributes["service.name"] for span in exported.get_finished_spans()}
    assert name == "multicloud"


def test_when_tracing_has_ended_nothing_more_is_told(world: World) -> None:
    exporter = InMemorySpanExporter()
    with tracing_through(SimpleSpanProcessor(exporter)):
        pass
    sync(world, world.a_credential())
    assert exporter.get_finished_spans() == ()
