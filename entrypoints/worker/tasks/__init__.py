"""Every task this worker serves, by its published name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from adapters.queue.task_names import TaskName
from entrypoints.worker.tasks import maintenance_tasks, sync_tasks, terraform_tasks
from entrypoints.worker.tasks.base import Outcome

TASKS: Final[Mapping[TaskName, Callable[..., Outcome]]] = MappingProxyType(
    {
        TaskName.SYNC_ALL_USERS: sync_tasks.sync_all_users,
        TaskName.SYNC_USER: sync_tasks.sync_user,
        TaskName.SYNC_AWS: sync_tasks.sync_aws,
        TaskName.SYNC_AZURE: sync_tasks.sync_azure,
        TaskName.SYNC_GCP: sync_tasks.sync_gcp,
        TaskName.UPDATE_PROVIDER_HEALTH: sync_tasks.update_provider_health,
        TaskName.UPDATE_COST_DATA: sync_tasks.update_all_cost_data,
        TaskName.UPDATE_CREDENTIAL_COST_DATA: sync_tasks.update_credential_cost_data,
        TaskName.CLEAN_UP_OLD_LOGS: sync_tasks.clean_up_old_logs,
        TaskName.PROVISION_RESOURCE: terraform_tasks.provision_resource,
        TaskName.DESTROY_RESOURCE: terraform_tasks.destroy_resource,
        TaskName.TIDY_WORKSPACES: terraform_tasks.tidy_workspaces,
        TaskName.RECOVER_RUNS: maintenance_tasks.recover_runs,
    }
)

_LONG: Final[Mapping[str, float]] = MappingProxyType(
    {
        "soft_time_limit": terraform_tasks.SOFT_TIME_LIMIT,
        "time_limit": terraform_tasks.TIME_LIMIT,
    }
)
OWN_LIMITS: Final[Mapping[TaskName, Mapping[str, float]]] = MappingProxyType(
    {TaskName.PROVISION_RESOURCE: _LONG, TaskName.DESTROY_RESOURCE: _LONG}
)
"""Celery's time limits of tasks for which the usual ones are too short, in seconds."""
