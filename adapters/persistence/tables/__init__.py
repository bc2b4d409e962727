"""The tables, as they are after the latest migration."""

from adapters.persistence.tables.accounts import credentials, users
from adapters.persistence.tables.common import metadata
from adapters.persistence.tables.costs import cost_coverage, cost_data, cost_readings
from adapters.persistence.tables.inventory import inventory_changes, resource_inventory
from adapters.persistence.tables.provisioning import (
    ONCE_PER_NAME,
    ONCE_PER_RESOURCE,
    installation,
    managed_objects,
    resources,
    terraform_logs,
    terraform_runs,
    terraform_states,
    terraform_steps,
)
from adapters.persistence.tables.queues import queue_proofs
from adapters.persistence.tables.syncs import leases, provider_health, sync_runs, sync_scopes
from adapters.persistence.tables.work import jobs, schedule

__all__ = [
    "ONCE_PER_NAME",
    "ONCE_PER_RESOURCE",
    "cost_coverage",
    "cost_data",
    "cost_readings",
    "credentials",
    "installation",
    "inventory_changes",
    "jobs",
    "leases",
    "managed_objects",
    "metadata",
    "provider_health",
    "queue_proofs",
    "resource_inventory",
    "resources",
    "schedule",
    "sync_runs",
    "sync_scopes",
    "terraform_logs",
    "terraform_runs",
    "terraform_states",
    "terraform_steps",
    "users",
]
