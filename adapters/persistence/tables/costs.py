"""What was charged, and which days are known."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Index,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)

from adapters.persistence.columns import amount, document, identity, moment, one_of, text
from adapters.persistence.tables.common import (
    credential_id,
    metadata,
    of_credential,
    owned_by_credential,
    user_id,
)
from domain.accounts import Provider
from domain.costs import ChargeCategory, CostStatus

cost_data = Table(  # the columns are those of FOCUS 1.2, in snake_case
    "cost_data",
    metadata,
    identity(),
    user_id(),
    credential_id(),
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
    owned_by_credential(),
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
    credential_id(),
    text("sub_account_id"),
    Column("day", Date, nullable=False),
    moment("read_at"),
    Column("estimated", Boolean, nullable=False),
    Column("known", Boolean, nullable=False),
    PrimaryKeyConstraint("credential_id", "sub_account_id", "day"),
    of_credential(),
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
    of_credential(),
    one_of("status", CostStatus),
)
