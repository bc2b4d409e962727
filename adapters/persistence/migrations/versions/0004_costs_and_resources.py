"""What it costs, and what was provisioned; read by other systems."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _create_cost_data()
    _create_resources()


def downgrade() -> None:
    op.drop_table("resources")
    op.drop_table("cost_data")


def _cost_data_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("provider_name", sa.Text(), nullable=False),
        sa.Column("billing_account_id", sa.Text(), nullable=False),
        sa.Column("sub_account_id", sa.Text(), nullable=True),
        sa.Column("billing_currency", sa.Text(), nullable=False),
        sa.Column("charge_period_start", sa.DateTime(timezone=True), nullable=False),
        sa.Column("charge_period_end", sa.DateTime(timezone=True), nullable=False),
        sa.Column("charge_category", sa.Text(), nullable=False),
        sa.Column("service_name", sa.Text(), nullable=False),
        sa.Column("region_id", sa.Text(), nullable=True),
        sa.Column("resource_id", sa.Text(), nullable=True),
        sa.Column("billed_cost", sa.Numeric(precision=30, scale=15), nullable=False),
        sa.Column("effective_cost", sa.Numeric(precision=30, scale=15), nullable=False),
        sa.Column("list_cost", sa.Numeric(precision=30, scale=15), nullable=False),
        sa.Column("contracted_cost", sa.Numeric(precision=30, scale=15), nullable=False),
        sa.Column("tags", postgresql.JSONB(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _create_cost_data() -> None:
    op.create_table(
        "cost_data",
        *_cost_data_columns(),
        sa.ForeignKeyConstraint(
            ["credential_id", "user_id"],
            ["credentials.id", "credentials.user_id"],
            name=op.f("fk_cost_data_credential_id_user_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_data")),
        sa.UniqueConstraint(
            "credential_id",
            "charge_period_start",
            "service_name",
            "resource_id",
            "region_id",
            "charge_category",
            "billing_currency",
            name="uq_cost_data_natural_key",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(
        op.f("ix_cost_data_user_id_charge_period_start"),
        "cost_data",
        ["user_id", "charge_period_start"],
    )


def _resources_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("spec", postgresql.JSONB(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("terraform_output", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _create_resources() -> None:
    op.create_table(
        "resources",
        *_resources_columns(),
        sa.CheckConstraint(
            "status IN ('pending', 'provisioning', 'active', 'failed', 'destroying', 'destroyed')",
            name=op.f("ck_resources_status"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id", "user_id"],
            ["credentials.id", "credentials.user_id"],
            name=op.f("fk_resources_credential_id_user_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resources")),
    )
    op.create_index(op.f("ix_resources_credential_id"), "resources", ["credential_id"])
    op.create_index(op.f("ix_resources_user_id_id"), "resources", ["user_id", "id"])
