"""Which queue a task waits in; the sender and the worker must agree on it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DEFAULT_QUEUE: Final = "celery"
SYNC_QUEUE: Final = "sync"
TERRAFORM_QUEUE: Final = "terraform"
QUEUES: Final = (DEFAULT_QUEUE, SYNC_QUEUE, TERRAFORM_QUEUE)

ROUTES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "app.tasks.sync_tasks.*": MappingProxyType({"queue": SYNC_QUEUE}),
        "app.tasks.terraform_tasks.*": MappingProxyType({"queue": TERRAFORM_QUEUE}),
    }
)
"""Celery's `task_routes`; what matches no line waits in `DEFAULT_QUEUE`."""


def task_routes() -> dict[str, dict[str, str]]:
    """Return `ROUTES` as the plain dictionaries that Celery wants."""
    return {pattern: dict(route) for pattern, route in ROUTES.items()}
