"""Who uses the service, and with which keys."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, Table, UniqueConstraint

from adapters.persistence.columns import identity, moment, one_of, text
from adapters.persistence.tables.common import metadata
from domain.accounts import Provider

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
