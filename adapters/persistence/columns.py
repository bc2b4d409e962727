"""Column types that keep whatever a cloud may say, and the pieces that tables are made of."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, DateTime, Identity, Numeric, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from adapters.persistence.storable import storable, storable_text


class StorableText(TypeDecorator[str]):
    """Text; what PostgreSQL cannot keep is replaced, always in the same way."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Make *value* storable."""
        return None if value is None else storable_text(value)


class StorableJson(TypeDecorator[Any]):
    """A JSON document; None is SQL's NULL, and what cannot be kept is replaced."""

    impl = JSONB(none_as_null=True)
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002
        """Make *value* storable."""
        return storable(value)


def identity() -> Column[int]:
    """A primary key that the database hands out in growing order."""
    return Column("id", BigInteger, Identity(always=True), primary_key=True)


def text(name: str, *, required: bool = True) -> Column[str]:
    """A text of any length."""
    return Column(name, StorableText, nullable=not required)


def moment(name: str, *, required: bool = True) -> Column[Any]:
    """A point in time, kept with its zone."""
    return Column(name, DateTime(timezone=True), nullable=not required)


def document(name: str, *, required: bool = True) -> Column[Any]:
    """A JSON document."""
    return Column(name, StorableJson, nullable=not required)


def one_of(column: str, values: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """Allow nothing but *values* in *column*."""
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=column)


def amount(name: str) -> Column[object]:
    """Return a column of money, to as many digits as the cloud says: nothing is rounded."""
    return Column(name, Numeric, nullable=False)
