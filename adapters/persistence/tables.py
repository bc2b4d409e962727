"""The tables, as they are after the latest migration."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    Interval,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY

from adapters.persistence.columns import amount, document, identity, moment, one_of, text
from domain.accounts import Provider
from domain.costs import ChargeCategory, CostStatus
from domain.health import HealthStatus
from domain.inventory import ChangeKind, ItemState
from domain.syncs import ScopeStatus, SyncStatus

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _user_id() -> Column[int]:
    return Column("user_id", BigInteger, nullable=False)


def _credential_id() -> Column[int]:
    return Column("credential_id", BigInteger, nullable=False)


def _owned_by_credential() -> ForeignKeyConstraint:
    """One check for both, so that a row can never name a credential of somebody else."""
    return ForeignKeyConstraint(
        ["credential_id", "user_id"], ["credentials.id", "credentials.user_id"], ondelete="CASCADE"
    )


def _of_credential() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["credential_id"], ["credentials.id"], ondelete="CASCADE")


users = Table(
    "users",
    metadata,
    identity(),
    text("email"),
    moment("created_at"),
    UniqueConstraint("email"),
)

credentials = Table(
    "credentials",
    metadata,
    identity(),
    Column("user_id", BigInteger, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    text("provider"),
    text("name"),
    Column("secret", LargeBinary, nullable=False),
    text("account_id", required=False),
    moment("created_at"),
    moment("disabled_at", required=False),
    UniqueConstraint("user_id", "name"),
    UniqueConstraint("id", "user_id"),
    one_of("provider", Provider),
)

resource_inventory = Table(
    "resource_inventory",
    metadata,
    identity(),
    _user_id(),
    _credential_id(),
    text("provider"),
    text("kind"),
    text("location"),
    text("external_id"),
    text("name", required=False),
    text("region", required=False),
    text("status", required=False),
    text("uri", required=False),
    moment("cloud_created_at", required=False),
    document("tags", required=False),
    document("attributes"),
    text("state"),
    text("details_fingerprint"),
    text("tags_fingerprint", required=False),
    moment("first_seen_at"),
    moment("changed_at"),
    moment("missing_since", required=False),
    moment("deleted_at", required=False),
    _owned_by_credential(),
    UniqueConstraint("credential_id", "kind", "location", "external_id"),
    Index(None, "external_id", "credential_id"),  # the bill asks for both; not for the latter alone
    one_of("provider", Provider),
    one_of("state", ItemState),
    Index(None, "user_id", "id"),
    Index(None, "deleted_at", postgresql_where=sql("deleted_at IS NOT NULL")),
    postgresql_with={"fillfactor": "90"},  # room for the next version beside the last one
)

inventory_changes = Table(  # no foreign key: checking it costs a tenth of a first write
    "inventory_changes",
    metadata,
    Column("item_id", BigInteger, nullable=False),
    Column("id", BigInteger, Identity(always=True), nullable=False),
    _user_id(),
    text("change"),
    moment("at"),
    document("before", required=False),
    PrimaryKeyConstraint("item_id", "id"),
    one_of("change", ChangeKind),
    Index(None, "at", "id"),
    Index(None, "user_id", "at", "id"),
)

sync_scopes = Table(
    "sync_scopes",
    metadata,
    _credential_id(),
    text("kind"),
    text("location"),
    text("status"),
    moment("attempted_at"),
    moment("completed_at", required=False),
    Column("items", Integer, nullable=False),
    Column("held", ARRAY(Text), nullable=False),
    document("trouble", required=False),
    PrimaryKeyConstraint("credential_id", "kind", "location"),
    _of_credential(),
    one_of("status", ScopeStatus),
)

sync_runs = Table(
    "sync_runs",
    metadata,
    identity(),
    _credential_id(),
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
    _of_credential(),
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
    _of_credential(),
    one_of("status", HealthStatus),
)

leases = Table(
    "leases",
    metadata,
    Column("name", text("name").type, primary_key=True),
    text("holder"),
    Column("token", BigInteger, nullable=False),
    moment("expires_at", required=False),  # NULL: given back
)

RESOURCE_STATUSES = ("pending", "provisioning", "active", "failed", "destroying", "destroyed")

resources = Table(
    "resources",
    metadata,
    identity(),
    _user_id(),
    _credential_id(),
    text("kind"),
    text("name"),
    document("spec"),
    text("status"),
    document("terraform_output"),
    moment("created_at"),
    moment("updated_at"),
    _owned_by_credential(),
    one_of("status", RESOURCE_STATUSES),
    Index(None, "user_id", "id"),
    Index(None, "credential_id"),
)


cost_data = Table(  # the columns are those of FOCUS 1.2, in snake_case
    "cost_data",
    metadata,
    identity(),
    _user_id(),
    _credential_id(),
    text("provider_name"),
    text("billing_account_id"),
    text("sub_account_id"),
    text("billing_currency"),
    moment("charge_period_start"),
    moment("charge_period_end"),
    text("charge_category"),
    text("service_name"),
    text("region_id", required=False),
    text("resource_id", required=False),
    amount("billed_cost"),
    amount("effective_cost"),
    amount("list_cost"),
    amount("contracted_cost"),
    moment("read_at"),
    text("external_id", required=False),
    _owned_by_credential(),
    UniqueConstraint(
        "credential_id",
        "charge_period_start",
        "sub_account_id",
        "service_name",
        "resource_id",
        "region_id",
        "charge_category",
        "billing_currency",
        name="uq_cost_data_natural_key",
        postgresql_nulls_not_distinct=True,
    ),
    one_of("provider_name", Provider),
    one_of("charge_category", ChargeCategory),
    Index(None, "user_id", "charge_period_start"),
    Index(None, "charge_period_start"),
)

cost_coverage = Table(
    "cost_coverage",
    metadata,
    _credential_id(),
    text("sub_account_id"),
    Column("day", Date, nullable=False),
    moment("read_at"),
    Column("estimated", Boolean, nullable=False),
    Column("known", Boolean, nullable=False),
    PrimaryKeyConstraint("credential_id", "sub_account_id", "day"),
    _of_credential(),
    Index(None, "day"),
    Index(None, "sub_account_id", "day"),
)

cost_readings = Table(
    "cost_readings",
    metadata,
    Column("credential_id", BigInteger, primary_key=True, autoincrement=False),
    text("status"),
    moment("attempted_at"),
    moment("completed_at", required=False),
    document("troubles"),
    _of_credential(),
    one_of("status", CostStatus),
)
