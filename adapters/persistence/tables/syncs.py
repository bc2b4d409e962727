"""What was looked at, how it went, and who is at work."""

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    Integer,
    Interval,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.persistence.columns import document, identity, moment, one_of, text
from adapters.persistence.tables.common import credential_id, metadata, of_credential
from domain.health import HealthStatus
from domain.syncs import ScopeStatus, SyncStatus

sync_scopes = Table(
    "sync_scopes",
    metadata,
    credential_id(),
    text("kind"),
    text("location"),
    text("status"),
    moment("attempted_at"),
    moment("completed_at", required=False),
    Column("items", Integer, nullable=False),
    Column("held", ARRAY(Text), nullable=False),
    document("trouble", required=False),
    PrimaryKeyConstraint("credential_id", "kind", "location"),
    of_credential(),
    one_of("status", ScopeStatus),
)

sync_runs = Table(
    "sync_runs",
    metadata,
    identity(),
    credential_id(),
    text("status"),
    moment("started_at"),
    moment("finished_at", required=False),
    Column("scopes_covered", Integer, nullable=False),
    Column("appeared", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("returned", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("deleted", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    document("troubles"),
    of_credential(),
    one_of("status", SyncStatus),
    Index(None, "credential_id", "started_at", "id"),
    Index(None, "finished_at"),
    Index(
        "uq_sync_runs_one_running",
        "credential_id",
        unique=True,
        postgresql_where=sql("status = 'running'"),
    ),
)

provider_health = Table(
    "provider_health",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    text("status"),
    moment("since"),
    moment("checked_at"),
    moment("next_check_at"),
    moment("last_success_at", required=False),
    Column("latency", Interval),
    Column("consecutive_failures", Integer, nullable=False),
    document("failure", required=False),
    document("probe_troubles"),
    document("sync_troubles"),
    of_credential(),
    one_of("status", HealthStatus),
)

leases = Table(
    "leases",
    metadata,
    Column("name", text("name").type, primary_key=True),
    text("holder"),
    Column("token", BigInteger, nullable=False),
    moment("expires_at", required=False),  # NULL: given back
    Column("lapses", Integer, nullable=False, server_default=sql("0")),  # for older workers
)
