"""How Celery is set up."""

from typing import TYPE_CHECKING, Final

from adapters.queue.broker import (
    broker_transport_options,
    result_options,
    usable_broker_url,
    wire_format,
)
from adapters.queue.routes import DEFAULT_QUEUE, task_routes
from entrypoints.worker.schedule import beat_schedule

if TYPE_CHECKING:
    from entrypoints.bootstrap.settings import Settings

SOFT_TIME_LIMIT: Final = 540
"""Seconds after which a task is asked to end; it then fails with one sentence."""
TIME_LIMIT: Final = 600
"""Seconds after which its process is killed."""


def celery_configuration(settings: "Settings") -> dict[str, object]:
    """Return the configuration of worker, beat and every `celery` command.

    Raises:
        SettingsError: the broker or the result backend is not configured.
        Rejected: the broker is of a kind that cannot be used.
    """
    return {
        "broker_url": usable_broker_url(settings.broker_url),
        "broker_transport_options": broker_transport_options(
            sentinel_master=settings.sentinel_master,
            visibility_timeout=settings.visibility_timeout_seconds,
        ),
        **wire_format(),
        **result_options(settings.result_backend, sentinel_master=settings.sentinel_master),
        **_broker(),
        **_tasks(),
        **_worker(settings),
        "beat_schedule": beat_schedule(),
        "beat_scheduler": "entrypoints.worker.beat:TurnScheduler",
    }


def _broker() -> dict[str, object]:
    return {
        "task_default_queue": DEFAULT_QUEUE,
        "task_routes": task_routes(),
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a worker outlives any outage of its broker
        "broker_pool_acquire_timeout": 10,
        "task_publish_retry_policy": {"max_retries": 3, "interval_start": 0.2},
    }


def _tasks() -> dict[str, object]:
    return {
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "task_retry_on_worker_lost": True,  # bounded by max_retries, unlike the line above
        "task_acks_on_failure": True,
        "task_acks_on_timeout": True,  # a task that takes too long fails; it does not come back
        "task_ignore_result": True,  # the outcome of a sync is in the database
        "task_store_errors_even_if_ignored": True,
        "task_soft_time_limit": SOFT_TIME_LIMIT,
        "task_time_limit": TIME_LIMIT,
        "task_send_sent_event": False,
    }


def _worker(settings: "Settings") -> dict[str, object]:
    return {
        "worker_concurrency": settings.worker_concurrency,
        "worker_prefetch_multiplier": 1,
        # Above all that may wait and run: a worker that has met the limit takes fewer for good.
        "worker_eta_task_limit": 500,
        "worker_max_tasks_per_child": 200,
        "worker_max_memory_per_child": 400_000,  # KiB
        "worker_soft_shutdown_timeout": settings.soft_shutdown_seconds,
        # An idle worker would wait in vain; tasks that wait for a retry go back to the queue.
        "worker_enable_soft_shutdown_on_idle": False,
        # On Redis, True loses the running task when the broker restarts.
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "worker_send_task_events": False,
    }
