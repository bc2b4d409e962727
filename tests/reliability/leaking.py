"""A worker that forgets nothing: `celery -A tests.reliability.leaking`.

It is what shows that the figures of `test_many_tasks` would tell of a leak.
"""

from typing import Any

from celery import signals

from entrypoints.worker import app

__all__ = ["app"]

_kept: list[bytes] = []


def keep(**_: Any) -> None:  # noqa: ANN401 - Celery's own
    """Keep ten thousand bytes for each task."""
    _kept.append(b"x" * 10_000)


signals.task_postrun.connect(keep, weak=False)
