"""Sending tasks from the worker's app: `celery call`, beat, and what is tried again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from celery import Celery
from celery.exceptions import CeleryCommandException

from adapters.queue.broker import FEW_TRIES, LITTLE_PATIENCE
from application.ports.errors import PortError

_BY_HAND: Final = "call"


class CallingApp(Celery):
    """Asks for no results, as none are kept.

    Celery would subscribe to the result of each message first, and try that for half a minute if
    the broker is away.
    """

    def send_task(self, name: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        """Send a task; for `celery call` a failure is one sentence and exit code 1."""
        if options.get("ignore_result") is None:
            options["ignore_result"] = True
        if not _called_by_hand():
            return super().send_task(name, *args, **options)
        self.conf.task_publish_retry_policy = FEW_TRIES
        self.conf.broker_transport_options |= FEW_TRIES | LITTLE_PATIENCE
        with _said_in_one_sentence(self):
            return super().send_task(name, *args, **options)


@contextmanager
def _said_in_one_sentence(app: Celery) -> Iterator[None]:
    from adapters.queue.errors import broker_errors  # noqa: PLC0415 - loads redis

    try:
        with broker_errors(app):
            yield
    except PortError as exc:
        raise CeleryCommandException(str(exc), exit_code=1) from exc


def _called_by_hand() -> bool:
    from click import get_current_context  # noqa: PLC0415 - Celery brings it; not all need it

    command = get_current_context(silent=True)
    return command is not None and command.info_name == _BY_HAND
