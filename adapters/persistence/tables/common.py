"""What all tables share: their catalogue, and how they point to whom they belong to."""

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, MetaData

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def user_id() -> Column[int]:
    """Whose the row is."""
    return Column("user_id", BigInteger, nullable=False)


def credential_id() -> Column[int]:
    """The key by which the row came about."""
    return Column("credential_id", BigInteger, nullable=False)


def owned_by_credential(*, ondelete: str = "CASCADE") -> ForeignKeyConstraint:
    """One check for both, so that a row can never name a credential of somebody else."""
    return ForeignKeyConstraint(
        ["credential_id", "user_id"], ["credentials.id", "credentials.user_id"], ondelete=ondelete
    )


def of_credential() -> ForeignKeyConstraint:
    """The row goes with its credential."""
    return ForeignKeyConstraint(["credential_id"], ["credentials.id"], ondelete="CASCADE")
