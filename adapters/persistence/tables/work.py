"""What is to be done in the background, and what comes round by itself."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    false,
)
from sqlalchemy import text as sql

from adapters.persistence.columns import moment, one_of, text
from adapters.persistence.tables.common import (
    credential_id,
    metadata,
    owned_by_credential,
    user_id,
)
from domain.jobs import JobKind, JobStatus

jobs = Table(
    "jobs",
    metadata,
    text("name"),
    text("kind"),
    user_id(),
    credential_id(),
    text("status"),
    Column("urgency", SmallInteger, nullable=False),
    Column("occurrence", BigInteger, nullable=False),
    moment("queued_at"),
    moment("due_at"),
    moment("sent_at", required=False),
    moment("started_at", required=False),
    moment("ended_at", required=False),
    Column("attempts", Integer, nullable=False),
    text("reason", required=False),
    text("done_by", required=False),
    Column("asked_again", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("name"),
    owned_by_credential(),
    one_of("kind", JobKind),
    one_of("status", JobStatus),
    Index(None, "credential_id", "user_id"),
    Index(
        "ix_jobs_waiting",
        "urgency",
        "due_at",
        postgresql_where=sql("status = 'queued'"),
    ),
    Index("ix_jobs_running", "started_at", postgresql_where=sql("status = 'running'")),
    Index(None, "started_at"),
)

schedule = Table(
    "schedule",
    metadata,
    text("entry"),
    moment("turn"),
    text("claimed_by"),
    moment("claimed_at"),
    Column("sends", Integer, nullable=False),
    moment("ended_at", required=False),
    Column("missed", BigInteger, nullable=False),
    moment("missed_at", required=False),
    PrimaryKeyConstraint("entry"),
)
