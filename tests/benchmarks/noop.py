"""What both workers of `test_task_overhead` agree on."""

from typing import Final

TASK: Final = "app.tasks.sync_tasks.noop"
OUR_QUEUE: Final = "sync"
BARE_QUEUE: Final = "celery"
CONFIGURATION: Final = "BENCHMARK_CELERY_CONFIGURATION"
"""The variable that holds the settings of the bare worker, as JSON."""
