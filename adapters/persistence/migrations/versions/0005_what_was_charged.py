"""What was charged: cost by sub account, which days were read, and how the readings ended."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"

_AMOUNTS = ("billed_cost", "effective_cost", "list_cost", "contracted_cost")
_KEY = "uq_cost_data_natural_key"


def upgrade() -> None:
    _settle_sub_accounts()
    for amount in _AMOUNTS:
        op.alter_column("cost_data", amount, type_=sa.Numeric())
    op.drop_column("cost_data", "tags")
    op.add_column("cost_data", sa.Column("external_id", sa.Text(), nullable=True))
    _allow_only_known_values()
    op.create_index(op.f("ix_cost_data_charge_period_start"), "cost_data", ["charge_period_start"])
    op.create_index(
        op.f("ix_resource_inventory_external_id_credential_id"),
        "resource_inventory",
        ["external_id", "credential_id"],
    )
    _create_cost_coverage()
    _create_cost_readings()


def downgrade() -> None:
    op.drop_table("cost_readings")
    op.drop_table("cost_coverage")
    op.drop_index(op.f("ix_resource_inventory_external_id_credential_id"))
    op.drop_index(op.f("ix_cost_data_charge_period_start"))
    op.drop_constraint(op.f("ck_cost_data_charge_category"), "cost_data")
    op.drop_constraint(op.f("ck_cost_data_provider_name"), "cost_data")
    op.drop_column("cost_data", "external_id")
    op.add_column("cost_data", sa.Column("tags", postgresql.JSONB(), nullable=True))
    _forget_what_does_not_fit()
    for amount in _AMOUNTS:
        op.alter_column("cost_data", amount, type_=sa.Numeric(precision=30, scale=15))
    _forget_sub_accounts()


def _settle_sub_accounts() -> None:
    op.execute(
        "UPDATE cost_data SET sub_account_id = billing_account_id WHERE sub_account_id IS NULL"
    )
    op.alter_column("cost_data", "sub_account_id", nullable=False)
    op.drop_constraint(_KEY, "cost_data")
    op.create_unique_constraint(
        _KEY,
        "cost_data",
        [
            "credential_id",
            "charge_period_start",
            "sub_account_id",
            "service_name",
            "resource_id",
            "region_id",
            "charge_category",
            "billing_currency",
        ],
        postgresql_nulls_not_distinct=True,
    )


def _forget_what_does_not_fit() -> None:
    """Empty the table: the older key cannot tell sub accounts apart, nor the columns hold all.

    Nothing reads cost at that revision; after the next upgrade it is read from the cloud anew.
    """
    op.execute("DELETE FROM cost_data")


def _forget_sub_accounts() -> None:
    op.drop_constraint(_KEY, "cost_data")
    op.create_unique_constraint(
        _KEY,
        "cost_data",
        [
            "credential_id",
            "charge_period_start",
            "service_name",
            "resource_id",
            "region_id",
            "charge_category",
            "billing_currency",
        ],
        postgresql_nulls_not_distinct=True,
    )
    op.alter_column("cost_data", "sub_account_id", nullable=True)


def _allow_only_known_values() -> None:
    op.create_check_constraint(
        op.f("ck_cost_data_provider_name"), "cost_data", "provider_name IN ('aws', 'azure', 'gcp')"
    )
    op.create_check_constraint(
        op.f("ck_cost_data_charge_category"),
        "cost_data",
        "charge_category IN ('Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment')",
    )


def _create_cost_coverage() -> None:
    op.create_table(
        "cost_coverage",
        sa.Column("credential_id", sa.BigInteger(), nullable=False),
        sa.Column("sub_account_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estimated", sa.Boolean(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_cost_coverage_credential_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "credential_id", "sub_account_id", "day", name=op.f("pk_cost_coverage")
        ),
    )
    op.create_index(op.f("ix_cost_coverage_day"), "cost_coverage", ["day"])
    op.create_index(
        op.f("ix_cost_coverage_sub_account_id_day"), "cost_coverage", ["sub_account_id", "day"]
    )


def _create_cost_readings() -> None:
    op.create_table(
        "cost_readings",
        sa.Column("credential_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("troubles", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint(
            "status IN ('complete', 'partial', 'failed', 'not_configured')",
            name=op.f("ck_cost_readings_status"),
        ),
        sa.ForeignKeyConstraint(
            ["credential_id"],
            ["credentials.id"],
            name=op.f("fk_cost_readings_credential_id_credentials"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("credential_id", name=op.f("pk_cost_readings")),
    )
