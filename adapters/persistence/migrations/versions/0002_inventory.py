"""What exists, and how it came to be so."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _create_resource_inventory()
    _create_inventory_changes()


def downgrade() -> None:
    op.drop_table("inventory_changes")
    op.drop_table("resource_inventory")


def _resource_inventory_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=True),
        sa.Column("uri", sa.Text(), nullable=True),
        sa.Column("cloud_created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tags", postgresql.JSONB(), nullable=True),
        sa.Column("attributes", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("details_fingerprint", sa.Text(), nullable=False),
        sa.Column("tags_fingerprint", sa.Text(), nullable=True),
        sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _create_resource_inventory() -> None:
    op.create_table(
        "resource_inventory",
        *_resource_inventory_columns(),
        sa.CheckConstraint(
            "provider IN ('aws', 'azure', 'gcp')", name=op.f("ck_resource_inventory_provider")
        ),
        sa.CheckConstraint(
            "state IN ('active', 'missing', 'deleted')", name=op.f("ck_resource_inventory_state")
        ),
        sa.ForeignKeyConstraint(
            ["credential_id", "user_id"],
            ["credentials.id", "credentials.user_id"],
            name=op.f("fk_resource_inventory_credential_id_user_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_inventory")),
        sa.UniqueConstraint(
            "credential_id",
            "kind",
            "location",
            "external_id",
            name=op.f("uq_resource_inventory_credential_id_kind_location_external_id"),
        ),
        postgresql_with={"fillfactor": "90"},
    )
    op.create_index(
        op.f("ix_resource_inventory_deleted_at"),
        "resource_inventory",
        ["deleted_at"],
        postgresql_where=sa.text("deleted_at IS NOT NULL"),
    )
    op.create_index(
        op.f("ix_resource_inventory_user_id_id"), "resource_inventory", ["user_id", "id"]
    )


def _create_inventory_changes() -> None:
    op.create_table(
        "inventory_changes",
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint(
            "change IN ('appeared', 'changed', 'missing', 'returned', 'deleted')",
            name=op.f("ck_inventory_changes_change"),
        ),
        sa.PrimaryKeyConstraint("item_id", "id", name=op.f("pk_inventory_changes")),
    )
    op.create_index(op.f("ix_inventory_changes_at_id"), "inventory_changes", ["at", "id"])
    op.create_index(
        op.f("ix_inventory_changes_user_id_at_id"), "inventory_changes", ["user_id", "at", "id"]
    )
