"""Which charges are meant: those that were chosen, each (sub account, day) once."""

from sqlalchemy import ColumnElement, Date, cast, exists, func

from adapters.persistence.cost_rows import midnight
from adapters.persistence.tables import cost_coverage, cost_data, credentials
from application.ports.cost_ledger import CostFilter

_COST = cost_data.c
_DAY = cast(func.timezone("UTC", _COST.charge_period_start), Date)


def conditions(chosen: CostFilter) -> list[ColumnElement[bool]]:
    """Return what holds for every row of `cost_data` that *chosen* means, and for no other.

    That the other's day lies in the period follows from the rest. It is said because PostgreSQL
    does not see it, and would go through every day that ever was covered.
    """
    found = [
        _COST.charge_period_start >= midnight(chosen.period.first),
        _COST.charge_period_start < midnight(chosen.period.end),
    ]
    if chosen.user_id is not None:
        found.append(_COST.user_id == chosen.user_id)
    if chosen.provider is not None:
        found.append(_COST.provider_name == chosen.provider.value)
    if chosen.credential_id is not None:
        return [*found, _COST.credential_id == chosen.credential_id]
    return [*found, ~_is_known_to_an_earlier_one(chosen)]


def _is_known_to_an_earlier_one(chosen: CostFilter) -> ColumnElement[bool]:
    """Tell of each row whether a credential with a lower id knows the same day as well."""
    other, owner = cost_coverage.alias("other").c, credentials.alias("owner").c
    same = [
        other.sub_account_id == _COST.sub_account_id,
        other.day == _DAY,
        other.known,
        other.credential_id < _COST.credential_id,
        owner.id == other.credential_id,
        owner.provider == _COST.provider_name,
        other.day.between(chosen.period.first, chosen.period.last),
    ]
    if chosen.user_id is not None:
        same.append(owner.user_id == chosen.user_id)
    return exists().where(*same)
