"""Celery's own log lines, without what does not belong in a log."""

import logging
from typing import Final

from celery import current_task
from celery.worker.consumer.consumer import UNKNOWN_TASK_ERROR

_LOGGERS: Final = (
    "celery.app.trace",
    "celery.worker.strategy",
    "celery.worker.consumer.consumer",
    "celery.worker.request",
)
_TASK: Final = "%s[%s]"
"""How Celery writes the name and the id of a task, where it does not attach them."""


class CeleryLines(logging.Filter):
    """Takes tracebacks of expected failures and the contents of messages out of the log.

    Celery attaches both to its lines for whoever wants them. A message may hold anything, and
    an expected failure is told in its sentence; it is a warning, not information. Each line about
    a task gets the task's name, its id, and, once it has begun, the ids that it was given.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Change *record* in place; none is held back."""
        data = record.__dict__.pop("data", None)
        if isinstance(data, dict):
            record.__dict__.update(_known_ids(), task=data.get("name"), task_id=data.get("id"))
            if data.get("description") == "raised expected":
                record.levelno, record.levelname = logging.WARNING, "WARNING"
        elif _TASK in str(record.msg) and isinstance(record.args, tuple):
            before = str(record.msg).partition(_TASK)[0].count("%s")
            task, task_id = record.args[before : before + 2]
            record.__dict__.update(task=task, task_id=task_id)
        if record.msg == UNKNOWN_TASK_ERROR and isinstance(record.args, tuple):
            headers = next((part for part in record.args if isinstance(part, dict)), {})
            record.msg = "Unknown task %r: its message was dropped."
            record.args = (headers.get("task"),)
            record.exc_info = None
        return True


def _known_ids() -> dict[str, int]:
    """Return the ids that the task of this thread was given, and those that it reported."""
    request = current_task.request if current_task else None
    return getattr(request, "known_ids", {})


_THE_FILTER: Final = CeleryLines()


def tidy_celery_lines() -> None:
    """Tidy the lines of this process from now on; safe to call again."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_THE_FILTER)
