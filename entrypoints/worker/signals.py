"""What happens when Celery's processes begin and end."""

import gc

from celery import signals

from entrypoints.worker.process import ServiceInProcess


def connect(service: ServiceInProcess) -> None:
    """Tie *service* to the life of Celery's processes.

    The main process imports what containers are made of, once for all pool processes. These get
    their container right after the fork, so that the first task does not wait for it. The
    threads pool has no such moment: there it is made by the first task.
    """

    def set_up_logging(**_: object) -> None:
        from entrypoints.bootstrap.logging import configure_logging  # noqa: PLC0415 - slow
        from entrypoints.worker.log_lines import tidy_celery_lines  # noqa: PLC0415 - slow

        configure_logging(service.settings())
        tidy_celery_lines()

    def refuse_without_database(**_: object) -> None:
        from entrypoints.bootstrap.errors import SettingsError  # noqa: PLC0415 - slow

        try:
            service.settings().database_url  # noqa: B018 - it raises if there is none
        except SettingsError as exc:
            # Celery logs any other exception of a signal handler, and goes on.
            raise SystemExit(f"Error: {exc}") from exc

    def import_before_the_fork(**_: object) -> None:
        import entrypoints.bootstrap.container  # noqa: F401, PLC0415 - a second for each process

        gc.freeze()  # or the first collection of each process would copy every page of it

    def begin(**_: object) -> None:
        service.container()

    def end(**_: object) -> None:
        service.shut_down()

    signals.setup_logging.connect(set_up_logging, weak=False)
    signals.worker_init.connect(refuse_without_database, weak=False)
    signals.worker_init.connect(import_before_the_fork, weak=False)
    signals.worker_process_init.connect(begin, weak=False)
    signals.worker_process_shutdown.connect(end, weak=False)
    signals.worker_shutdown.connect(end, weak=False)
