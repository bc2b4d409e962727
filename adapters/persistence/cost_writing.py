"""Making the stored charges of one day agree with what a cloud says of it.

The day goes to the database as one array per column. Two statements compare it there with what is
stored: what vanished is deleted, what is new or differs is written. A row that stays the same is
neither written nor locked.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Numeric,
    TableValuedAlias,
    Text,
    and_,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import insert

from adapters.persistence.cost_rows import CHARGE_COLUMNS, columns_from, midnight
from adapters.persistence.session import Session
from adapters.persistence.storable import storable_text
from adapters.persistence.tables import cost_coverage, cost_data
from domain.accounts import Credential
from domain.costs import Charge, DailyCharges, SubAccountId
from domain.inventory import ExternalId

_STORED = cost_data.c
_ALWAYS_THERE = ("service_name", "charge_category", "billing_currency")
_MAYBE_THERE = ("resource_id", "region_id")
_KEY = frozenset((*_ALWAYS_THERE, *_MAYBE_THERE))
_CONTENT = tuple(name for name in CHARGE_COLUMNS if name not in _KEY)


def write_day(
    session: Session, credential: Credential, daily: DailyCharges, *, read_at: datetime
) -> int:
    """Let the stored day be *daily*, stamped *read_at*, and return how many rows changed."""
    _cover(session, credential, daily, read_at)
    incoming = _incoming(_kept(daily))
    there = _of_day(credential, daily.sub_account_id, daily.day)
    wanted = exists(select(1).select_from(incoming).where(_same_key(incoming)))
    removed = session.run(delete(cost_data).where(there, ~wanted)).rowcount
    same = exists().where(there, _same_key(incoming), _same_content(incoming))
    return removed + _write(session, credential, daily, read_at, select(incoming).where(~same))


def _cover(
    session: Session, credential: Credential, daily: DailyCharges, read_at: datetime
) -> None:
    news = {"read_at": read_at, "estimated": daily.estimated, "known": daily.known}
    key = {
        "credential_id": credential.id,
        "sub_account_id": daily.sub_account_id,
        "day": daily.day,
    }
    covered = insert(cost_coverage).values(**key, **news)
    session.run(covered.on_conflict_do_update(index_elements=[*key], set_=news))


def _write(
    session: Session,
    credential: Credential,
    daily: DailyCharges,
    read_at: datetime,
    fresh: Any,  # noqa: ANN401 - a SELECT of all that `_incoming` has
) -> int:
    owner = {
        _STORED.user_id: credential.user_id,
        _STORED.credential_id: credential.id,
        _STORED.provider_name: credential.provider.value,
        _STORED.sub_account_id: daily.sub_account_id,
        _STORED.charge_period_start: midnight(daily.day),
        _STORED.charge_period_end: midnight(daily.day + timedelta(days=1)),
        _STORED.read_at: read_at,
    }
    values = [literal(value, column.type) for column, value in owner.items()]
    names = [*CHARGE_COLUMNS, *(column.name for column in owner)]
    written = insert(cost_data).from_select(names, fresh.add_columns(*values))
    corrected = {name: written.excluded[name] for name in (*_CONTENT, "read_at")}
    return session.run(
        written.on_conflict_do_update(constraint="uq_cost_data_natural_key", set_=corrected)
    ).rowcount


def _incoming(charges: Iterable[Charge]) -> TableValuedAlias:
    """Return *charges* as a table of this statement."""
    arrays = [cast(values, ARRAY(_type_of(name))) for name, values in columns_from(charges).items()]
    columns = [Column(name, _type_of(name)) for name in CHARGE_COLUMNS]
    return func.unnest(*arrays).table_valued(*columns, name="incoming").render_derived()


def _type_of(name: str) -> Text | Numeric[Any]:
    return Numeric() if name.endswith("_cost") else Text()


def _of_day(credential: Credential, sub_account_id: SubAccountId, day: date) -> ColumnElement[bool]:
    return and_(
        _STORED.credential_id == credential.id,
        _STORED.charge_period_start == midnight(day),
        _STORED.sub_account_id == sub_account_id,
    )


def _same_key(incoming: TableValuedAlias) -> ColumnElement[bool]:
    """Compare in a way that lets PostgreSQL hash both sides: days have thousands of charges."""
    maybe = [(_STORED[name], incoming.c[name]) for name in _MAYBE_THERE]
    return and_(
        *(_STORED[name] == incoming.c[name] for name in _ALWAYS_THERE),
        *(func.coalesce(ours, "") == func.coalesce(theirs, "") for ours, theirs in maybe),
        *(ours.is_(None) == theirs.is_(None) for ours, theirs in maybe),
    )


def _same_content(incoming: TableValuedAlias) -> ColumnElement[bool]:
    return and_(*(_STORED[name].is_not_distinct_from(incoming.c[name]) for name in _CONTENT))


def _kept(daily: DailyCharges) -> Iterable[Charge]:
    """Return the charges in texts that can be kept; two that then look the same become one."""
    storable = map(_storable, daily.charges)
    return DailyCharges.of(daily.sub_account_id, daily.day, storable).charges


def _storable(charge: Charge) -> Charge:
    resource, item = charge.resource_id, charge.external_id
    return replace(
        charge,
        billing_account_id=storable_text(charge.billing_account_id),
        service_name=storable_text(charge.service_name),
        region_id=charge.region_id and storable_text(charge.region_id),
        resource_id=resource and storable_text(resource),
        external_id=item and ExternalId(storable_text(item)),
    )
