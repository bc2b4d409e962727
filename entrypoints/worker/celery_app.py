"""The Celery app."""

from celery import Celery
from celery.exceptions import CeleryCommandException

from application.ports.errors import PortError
from entrypoints.worker import signals
from entrypoints.worker.calling import CallingApp
from entrypoints.worker.configuration import celery_configuration
from entrypoints.worker.connection import LastingAMQP
from entrypoints.worker.process import (
    BuildContainer,
    LoadSettings,
    ServiceInProcess,
    real_container,
    settings_from_outside,
)
from entrypoints.worker.tasks import OWN_OPTIONS, TASKS
from entrypoints.worker.tasks.base import ServiceTask


def worker_app(
    load_settings: LoadSettings = settings_from_outside,
    build_container: BuildContainer = real_container,
) -> Celery:
    """Return an app that serves every published task.

    The settings are loaded when Celery first needs its configuration. If they cannot be, the
    command that needed them ends with one sentence and exit code 1.
    """
    app = CallingApp("multi-cloud", task_cls=ServiceTask, amqp=LastingAMQP, set_as_current=False)
    app.service = ServiceInProcess(load_settings, build_container)
    app.add_defaults(lambda: _configuration(app.service))
    for name, function in TASKS.items():
        app.task(name=name.value, **OWN_OPTIONS.get(name, {}))(function)
    return app


def _configuration(service: ServiceInProcess) -> dict[str, object]:
    from entrypoints.bootstrap.errors import SettingsError  # noqa: PLC0415 - loads adapters

    try:
        return celery_configuration(service.settings())
    except (SettingsError, PortError) as exc:
        raise CeleryCommandException(str(exc), exit_code=1) from exc


app = worker_app()
signals.connect(app.service)
