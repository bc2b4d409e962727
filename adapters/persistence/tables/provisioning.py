"""What people asked for, and what Terraform did about it."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql

from adapters.persistence.columns import document, identity, moment, one_of, text
from adapters.persistence.tables.common import (
    credential_id,
    metadata,
    owned_by_credential,
    user_id,
)
from domain.provisioning import ResourceStatus, RunAction, RunStatus
from domain.terraform import ChangeAction, Command, EventType, LogLevel

ONCE_PER_NAME: Final = sql(f"status <> '{ResourceStatus.DESTROYED}'")
"""Among which resources a credential has each kind and name once."""
_ACTIVE = ", ".join(f"'{status}'" for status in RunStatus if status.active)
ONCE_PER_RESOURCE: Final = sql(f"status IN ({_ACTIVE})")
"""Among which runs a resource has one at most: those that have not ended."""


def _resource_id() -> Column[int]:
    return Column("resource_id", BigInteger, nullable=False)


def _of_resource() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["resource_id"], ["resources.id"], ondelete="CASCADE")


resources = Table(
    "resources",
    metadata,
    identity(),
    user_id(),
    credential_id(),
    text("kind"),
    text("name"),
    document("spec"),
    text("status"),
    document("terraform_output"),
    moment("created_at"),
    moment("updated_at"),
    Column("sensitive_outputs", LargeBinary),
    text("sub_account_id", required=False),
    # whoever forgot the key or the user would forget what goes on costing money
    owned_by_credential(ondelete="RESTRICT"),
    UniqueConstraint("id", "user_id"),
    one_of("status", ResourceStatus),
    Index(None, "user_id", "id"),
    Index(None, "credential_id"),
    Index(
        "uq_resources_one_of_a_name",
        "credential_id",
        "kind",
        "name",
        unique=True,
        postgresql_where=ONCE_PER_NAME,
    ),
)

terraform_runs = Table(
    "terraform_runs",
    metadata,
    identity(),
    _resource_id(),
    text("action"),
    text("status"),
    document("history"),
    moment("queued_at"),
    moment("ended_at", required=False),
    moment("cancel_requested_at", required=False),
    text("error", required=False),
    document("leaks"),
    _of_resource(),
    one_of("action", RunAction),
    one_of("status", RunStatus),
    Index(None, "resource_id", "id"),
    Index(None, "ended_at", postgresql_where=sql("ended_at IS NOT NULL")),
    Index(
        "uq_terraform_runs_one_active",
        "resource_id",
        unique=True,
        postgresql_where=ONCE_PER_RESOURCE,
    ),
)

terraform_steps = Table(
    "terraform_steps",
    metadata,
    Column("run_id", BigInteger, ForeignKey("terraform_runs.id", ondelete="CASCADE")),
    Column("number", Integer, nullable=False),
    text("command"),
    moment("begun_at"),
    moment("ended_at", required=False),
    Column("exit_code", Integer),
    PrimaryKeyConstraint("run_id", "number"),
    one_of("command", Command),
)

terraform_logs = Table(
    "terraform_logs",
    metadata,
    Column("run_id", BigInteger, nullable=False),
    Column("step", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    moment("at"),
    text("level"),
    text("type"),
    text("message"),
    text("address", required=False),
    text("action", required=False),
    text("cloud_id", required=False),
    PrimaryKeyConstraint("run_id", "step", "offset"),
    ForeignKeyConstraint(
        ["run_id", "step"], ["terraform_steps.run_id", "terraform_steps.number"], ondelete="CASCADE"
    ),
    one_of("level", LogLevel),
    one_of("type", EventType),
    one_of("action", ChangeAction),
)

terraform_states = Table(
    "terraform_states",
    metadata,
    _resource_id(),
    Column("serial", BigInteger, nullable=False),
    text("lineage"),
    Column("sealed", LargeBinary, nullable=False),
    text("lock_file", required=False),
    moment("stored_at"),
    PrimaryKeyConstraint("resource_id", "serial"),
    _of_resource(),
)

managed_objects = Table(
    "managed_objects",
    metadata,
    _resource_id(),
    text("address"),
    user_id(),
    text("type"),
    text("cloud_id"),
    text("kind", required=False),
    text("external_id", required=False),
    PrimaryKeyConstraint("resource_id", "address"),
    ForeignKeyConstraint(
        ["resource_id", "user_id"], ["resources.id", "resources.user_id"], ondelete="CASCADE"
    ),
    Index(None, "user_id", "kind", "external_id"),
)

installation = Table(
    "installation",
    metadata,
    Column("single", Boolean, primary_key=True),
    Column("id", Uuid(as_uuid=False), nullable=False),
    CheckConstraint("single", name="single"),
)
