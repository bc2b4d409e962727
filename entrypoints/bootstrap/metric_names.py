"""Every metric that is exported: its public name, its labels and what it means."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricName:
    """One metric; names and labels are public: they are added, never renamed."""

    name: str
    help: str
    """One sentence."""
    labels: tuple[str, ...] = ()

    @property
    def counter(self) -> bool:
        """Whether it only grows, until what counts it begins anew."""
        return self.name.endswith("_total")


_CREDENTIAL: Final = ("credential_id", "credential", "provider")

METRICS: Final = (
    MetricName(name="multicloud_up", help="Whether the database answered, 1 or 0."),
    MetricName(
        name="multicloud_scrape_ok",
        help="Whether this part of the numbers could be read, 1 or 0.",
        labels=("part",),
    ),
    MetricName(
        name="multicloud_scrape_seconds", help="How long it took to read the numbers, in seconds."
    ),
    MetricName(
        name="multicloud_items",
        help="How many resources the inventory has.",
        labels=("provider", "kind", "state"),
    ),
    MetricName(
        name="multicloud_credential_staleness_seconds",
        help="Seconds since the part of the account that was looked at longest ago was listed "
        "completely, or since the credential was added if one never was.",
        labels=_CREDENTIAL,
    ),
    MetricName(
        name="multicloud_credential_last_sync",
        help="Always 1: how the last sync that is over ended is in the label status.",
        labels=(*_CREDENTIAL, "status"),
    ),
    MetricName(
        name="multicloud_credential_last_sync_seconds",
        help="How long the last sync that is over took, in seconds.",
        labels=_CREDENTIAL,
    ),
    MetricName(
        name="multicloud_credential_health",
        help="Always 1: how well the credential works is in the label status.",
        labels=(*_CREDENTIAL, "status"),
    ),
    MetricName(
        name="multicloud_syncs",
        help="How many syncs ended in the last 24 hours.",
        labels=("provider", "status"),
    ),
    MetricName(
        name="multicloud_sync_seconds",
        help="How long the syncs that ended in the last 24 hours took together, in seconds.",
        labels=("provider", "status"),
    ),
    MetricName(
        name="multicloud_sync_longest_seconds",
        help="How long the longest of the syncs of the last 24 hours took, in seconds.",
        labels=("provider", "status"),
    ),
    MetricName(
        name="multicloud_terraform_runs",
        help="How many Terraform runs are under way, or ended in the last 24 hours.",
        labels=("action", "status"),
    ),
    MetricName(
        name="multicloud_terraform_oldest_queued_seconds",
        help="Seconds since the Terraform run that waits longest was asked for; 0 if none waits.",
    ),
    MetricName(
        name="multicloud_terraform_leaking_resources",
        help="How many failed resources may have left something behind in the cloud that no "
        "state knows.",
    ),
    MetricName(
        name="multicloud_jobs",
        help="How many background jobs there are; an active credential has one of each kind.",
        labels=("kind", "status"),
    ),
    MetricName(
        name="multicloud_oldest_due_job_seconds",
        help="For how many seconds the job that waits longest has been due; 0 if none is.",
        labels=("kind",),
    ),
    MetricName(
        name="multicloud_schedule_last_turn_seconds",
        help="Seconds since beat last asked for what comes round under this name.",
        labels=("entry",),
    ),
    MetricName(
        name="multicloud_schedule_missed_total",
        help="How many turns nobody took: no beat reached the broker, or the queue was full.",
        labels=("entry",),
    ),
    MetricName(
        name="multicloud_leases",
        help="How many pieces of work somebody does at the moment.",
        labels=("work",),
    ),
    MetricName(
        name="multicloud_queue_messages",
        help="How many messages wait in the broker; of the priorities 0 comes first.",
        labels=("queue", "priority"),
    ),
    MetricName(
        name="multicloud_unacknowledged_messages",
        help="How many messages workers have taken and not done yet.",
    ),
    MetricName(
        name="multicloud_queue_proof_seconds",
        help="Seconds since a worker last did a task that came through this queue.",
        labels=("queue",),
    ),
    MetricName(
        name="multicloud_cost_days_lacking",
        help="Of how many days the cost could be known and is not, as far back as it is read.",
        labels=_CREDENTIAL,
    ),
    MetricName(
        name="multicloud_cost_reading",
        help="Always 1: how the last reading of the cost ended is in the label status.",
        labels=(*_CREDENTIAL, "status"),
    ),
    MetricName(
        name="multicloud_api_calls_total",
        help="How many requests all workers together sent to the cloud.",
        labels=("provider", "api"),
    ),
    MetricName(
        name="multicloud_api_throttles_total",
        help="How many of the requests the cloud refused as too many.",
        labels=("provider", "api"),
    ),
)
