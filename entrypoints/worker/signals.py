"""What happens when Celery's processes begin and end."""

import gc
import logging
from typing import TYPE_CHECKING

from celery import signals

from adapters.queue.routes import QUEUES
from application.ports.errors import PortError, WrongKey
from entrypoints.worker.flower_door import close_the_door
from entrypoints.worker.importing import undisturbed
from entrypoints.worker.process import ServiceInProcess
from entrypoints.worker.stopping import StopInTime, TellTasks
from entrypoints.worker.transport import MUST_TAKE_WRITES

if TYPE_CHECKING:
    from celery.worker import WorkController

_log = logging.getLogger(__name__)


def connect(service: ServiceInProcess) -> None:
    """Tie *service* to the life of Celery's processes."""
    life = _Life(service)
    signals.setup_logging.connect(life.set_up_logging, weak=False)
    signals.import_modules.connect(close_the_door, weak=False)  # Flower sends it before it listens
    signals.beat_init.connect(life.refuse_without_database, weak=False)
    signals.worker_init.connect(life.refuse_without_database, weak=False)
    signals.worker_init.connect(life.import_before_the_fork, weak=False)
    signals.worker_init.connect(life.refuse_the_wrong_key, weak=False)
    signals.worker_init.connect(life.insist_on_writes, weak=False)
    signals.worker_init.connect(life.stop_in_time, weak=False)
    signals.celeryd_after_setup.connect(warn_of_other_queues, weak=False)
    signals.worker_process_init.connect(life.begin, weak=False)
    signals.worker_process_shutdown.connect(life.end, weak=False)
    signals.worker_shutdown.connect(life.end, weak=False)


def warn_of_other_queues(instance: "WorkController", **_: object) -> None:
    """Say in the log for each queue that a worker takes from if nothing of ours is sent there."""
    for queue in instance.app.amqp.queues.consume_from:
        if queue not in QUEUES:
            _log.warning(
                "Nothing of ours is sent to the queue %r that this worker takes from; "
                "our queues are %s. Correct its -Q.",
                queue,
                ", ".join(QUEUES),
            )


class _Life:
    """Does what each signal calls for.

    The main process imports what containers are made of, once for all pool processes. These get
    their container right after the fork, so that the first task does not wait for it. The
    threads pool has no such moment: there it is made by the first task.
    """

    def __init__(self, service: ServiceInProcess) -> None:
        self._service = service

    def set_up_logging(self, **_: object) -> None:
        with undisturbed():
            from entrypoints.bootstrap.logging import configure_logging  # noqa: PLC0415 - slow
            from entrypoints.worker.log_lines import tidy_celery_lines  # noqa: PLC0415 - slow

        configure_logging(self._service.settings())
        tidy_celery_lines()

    def refuse_without_database(self, **_: object) -> None:
        from entrypoints.bootstrap.errors import SettingsError  # noqa: PLC0415 - slow

        try:
            self._service.settings().database_url  # noqa: B018 - it raises if there is none
        except SettingsError as exc:
            # Celery logs any other exception of a signal handler, and goes on.
            raise SystemExit(f"Error: {exc}") from exc

    def import_before_the_fork(self, **_: object) -> None:
        with undisturbed():
            import entrypoints.bootstrap.container  # noqa: F401, PLC0415 - a second for each process

        gc.freeze()  # or the first collection of each process would copy every page of it

    def refuse_the_wrong_key(self, **_: object) -> None:
        """End a worker that could open nothing; while the database is away nobody can tell."""
        from entrypoints.bootstrap.key_guard import must_open_what_is_stored  # noqa: PLC0415 - slow
        from entrypoints.bootstrap.logging import process_redactor  # noqa: PLC0415 - slow

        settings = self._service.settings()
        learn = process_redactor().learn
        try:
            must_open_what_is_stored(settings.secret_keys, settings.database_url, learn=learn)
        except WrongKey as exc:
            raise SystemExit(f"Error: {exc}") from exc
        except PortError as exc:
            _log.warning("It is not known yet whether the secret key is the right one: %s", exc)

    def insist_on_writes(self, sender: "WorkController", **_: object) -> None:
        conf = sender.app.conf
        conf.broker_transport_options = {**conf.broker_transport_options, **MUST_TAKE_WRITES}

    def stop_in_time(self, sender: "WorkController", **_: object) -> None:
        sender.app.steps["worker"].add(TellTasks)
        stop = StopInTime(self._service.stopping, worker=sender)
        signals.worker_shutting_down.connect(stop.begin, weak=False)

    def begin(self, **_: object) -> None:
        self._service.container()

    def end(self, **_: object) -> None:
        self._service.shut_down()
