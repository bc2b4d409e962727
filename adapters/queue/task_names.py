"""The names under which work travels."""

from enum import StrEnum


class TaskName(StrEnum):
    """Public: messages in flight and other teams' programs carry these. Add, never rename.

    Hand Celery the `.value`: beat pickles its entries, and a pickled member remembers its module.
    """

    SYNC_ALL_USERS = "app.tasks.sync_tasks.sync_all_users_resources"
    SYNC_USER = "app.tasks.sync_tasks.sync_user_resources"
    SYNC_AWS = "app.tasks.sync_tasks.sync_aws_resources"
    SYNC_AZURE = "app.tasks.sync_tasks.sync_azure_resources"
    SYNC_GCP = "app.tasks.sync_tasks.sync_gcp_resources"
    UPDATE_PROVIDER_HEALTH = "app.tasks.sync_tasks.update_all_provider_health"
    UPDATE_COST_DATA = "app.tasks.sync_tasks.update_all_cost_data"
    UPDATE_CREDENTIAL_COST_DATA = "app.tasks.sync_tasks.update_credential_cost_data"
    CLEAN_UP_OLD_LOGS = "app.tasks.sync_tasks.cleanup_old_logs"
    PROVISION_RESOURCE = "app.tasks.terraform_tasks.provision_resource_task"
    DESTROY_RESOURCE = "app.tasks.terraform_tasks.destroy_resource_task"
    TIDY_WORKSPACES = "app.tasks.terraform_tasks.tidy_workspaces"
    RECOVER_RUNS = "app.tasks.maintenance_tasks.recover_runs"
    RECOVER_JOBS = "app.tasks.maintenance_tasks.recover_jobs"
    DISPATCH_JOBS = "app.tasks.maintenance_tasks.dispatch_jobs"
    PROVE_QUEUE = "app.tasks.maintenance_tasks.prove_queue"
