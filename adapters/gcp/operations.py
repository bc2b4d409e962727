"""What is asked of Google Cloud: each question with its permission and the role that grants it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from urllib.parse import quote


class Service(Enum):
    """Who answers; the value is what the console calls it."""

    COMPUTE = "Compute Engine API (compute.googleapis.com)"
    STORAGE = "Cloud Storage API (storage.googleapis.com)"
    BIGQUERY = "BigQuery API (bigquery.googleapis.com)"
    TOKENS = "token service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One question that Google Cloud answers."""

    service: Service
    path: str = ""
    """Below the endpoint; `{project}`, `{zone}` and `{job}` stand for their names."""
    kind: str = ""
    """What an answer calls itself."""
    permission: str | None = None
    """The permission it needs; None: none."""
    role: str = "roles/compute.viewer"
    """The smallest predefined role that grants the permission."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An operation in a place."""

    operation: Operation
    project: str
    zone: str = ""
    """Empty: the project as a whole."""
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, object] | None = None
    """What is posted; None: nothing is."""
    job: str = ""
    """The query that the question is about, where it is about one."""

    @property
    def path(self) -> str:
        """Where the question is put."""
        names = {"project": self.project, "zone": self.zone, "job": self.job}
        return self.operation.path.format(**{name: quote(each) for name, each in names.items()})

    @property
    def place(self) -> str:
        """The place in words."""
        project = f"the project {self.project}"
        return f"{self.zone} of {project}" if self.zone else project


TOKEN = Operation(service=Service.TOKENS)
LIST_ZONES = Operation(
    service=Service.COMPUTE,
    path="/compute/v1/projects/{project}/zones",
    kind="compute#zoneList",
    permission="compute.zones.list",
)
LIST_ALL_INSTANCES = Operation(
    service=Service.COMPUTE,
    path="/compute/v1/projects/{project}/aggregated/instances",
    kind="compute#instanceAggregatedList",
    permission="compute.instances.list",
)
LIST_INSTANCES = Operation(
    service=Service.COMPUTE,
    path="/compute/v1/projects/{project}/zones/{zone}/instances",
    kind="compute#instanceList",
    permission="compute.instances.list",
)
LIST_NETWORKS = Operation(
    service=Service.COMPUTE,
    path="/compute/v1/projects/{project}/global/networks",
    kind="compute#networkList",
    permission="compute.networks.list",
)
LIST_BUCKETS = Operation(
    service=Service.STORAGE,
    path="/b",
    kind="storage#buckets",
    permission="storage.buckets.list",
    role="roles/storage.bucketViewer",
)
START_QUERY = Operation(
    service=Service.BIGQUERY,
    path="/projects/{project}/queries",
    kind="bigquery#queryResponse",
    permission="bigquery.jobs.create",
    role="roles/bigquery.jobUser",
)
READ_EXPORT = Operation(
    service=Service.BIGQUERY,
    path="/projects/{project}/queries/{job}",
    kind="bigquery#getQueryResultsResponse",
    permission="bigquery.tables.getData",
    role="roles/bigquery.dataViewer",
)
