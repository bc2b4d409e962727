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
        TaskName.RECOVER_JOBS: maintenance_tasks.recover_jobs,
        TaskName.DISPATCH_JOBS: maintenance_tasks.dispatch_jobs,
        TaskName.PROVE_QUEUE: maintenance_tasks.prove_queue,
    }
)

_FOUND_AGAIN: Final[Mapping[str, float]] = MappingProxyType(
    {"reject_on_worker_lost": False, "retry_on_worker_lost": False}
)
"""The database knows what a killed process was doing, and how often; the queue need not."""
_LONG: Final[Mapping[str, float]] = MappingProxyType(
    {
        "soft_time_limit": terraform_tasks.SOFT_TIME_LIMIT,
        "time_limit": terraform_tasks.TIME_LIMIT,
        **_FOUND_AGAIN,
    }
)
_JOB: Final[Mapping[str, float]] = MappingProxyType({"kept_as_job": True, **_FOUND_AGAIN})
OWN_OPTIONS: Final[Mapping[TaskName, Mapping[str, float]]] = MappingProxyType(
    {
        TaskName.PROVISION_RESOURCE: _LONG,
        TaskName.DESTROY_RESOURCE: _LONG,
        TaskName.SYNC_AWS: _JOB,
        TaskName.SYNC_AZURE: _JOB,
        TaskName.SYNC_GCP: _JOB,
        TaskName.UPDATE_CREDENTIAL_COST_DATA: _JOB,
    }
)
"""What some tasks have of their own: time limits in seconds, or a job in the database."""
