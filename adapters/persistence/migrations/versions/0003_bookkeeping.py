"""Scopes, runs, health and leases: how well we know what exists."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    _create_sync_scopes()
    _create_sync_runs()
    _create_provider_health()
    _create_leases()


def downgrade() -> None:
    op.drop_table("leases")
    op.drop_table("provider_health")
    op.drop_table("sync_runs")
    op.drop_table("sync_scopes")


def _create_sync_scopes() -> None:
    op.create_table(
        "sync_scopes",
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("held", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("trouble", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "status IN ('complete', 'incomplete', 'failed', 'suspect', 'out_of_reach')",
            name=op.f("ck_sync_scopes_status"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_sync_scopes_credential_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", "kind", "location", name=op.f("pk_sync_scopes")),
    )


def _sync_runs_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scopes_covered", sa.Integer(), nullable=False),
        sa.Column("appeared", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("returned", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("troubles", postgresql.JSONB(), nullable=False),
    ]


def _create_sync_runs() -> None:
    op.create_table(
        "sync_runs",
        *_sync_runs_columns(),
        sa.CheckConstraint(
            "status IN ('running', 'succeeded', 'partial', 'failed', 'abandoned')",
            name=op.f("ck_sync_runs_status"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_sync_runs_credential_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sync_runs")),
    )
    op.create_index(
        op.f("ix_sync_runs_credential_id_started_at_id"),
        "sync_runs",
        ["credential_id", "started_at", "id"],
    )
    op.create_index(op.f("ix_sync_runs_finished_at"), "sync_runs", ["finished_at"])
    op.create_index(
        "uq_sync_runs_one_running",
        "sync_runs",
        ["credential_id"],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )


def _provider_health_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_success_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("latency", sa.Interval(), nullable=True),
        sa.Column("consecutive_failures", sa.Integer(), nullable=False),
        sa.Column("failure", postgresql.JSONB(), nullable=True),
        sa.Column("probe_troubles", postgresql.JSONB(), nullable=False),
        sa.Column("sync_troubles", postgresql.JSONB(), nullable=False),
    ]


def _create_provider_health() -> None:
    op.create_table(
        "provider_health",
        *_provider_health_columns(),
        sa.CheckConstraint(
            "status IN ('healthy', 'degraded', 'throttled', 'denied', 'expired', 'unreachable',"
            " 'error')",
            name=op.f("ck_provider_health_status"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_provider_health_credential_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_provider_health")),
    )


def _create_leases() -> None:
    op.create_table(
        "leases",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("token", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_leases")),
    )
